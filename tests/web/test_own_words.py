"""What the desk itself wrote into records, and time zones, in the reader's words."""

import pytest
from flask_babel import force_locale

from app.sdk.i18n import listed
from app.security.zones import zone_text, zones
from app.web import words

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def chinese(app):
    with app.test_request_context(), force_locale("zh"):
        yield


@pytest.fixture
def english(app):
    with app.test_request_context(), force_locale("en"):
        yield


def test_the_system_has_a_name_and_people_keep_theirs(chinese):
    assert words.actor_text("system") == "系统"
    assert words.actor_text("import") == "导入"
    assert words.actor_text("Li Na") == "Li Na"
    assert words.actor_text(None) == ""


def test_causes_are_said_where_they_are_known(chinese):
    assert words.cause_text("set-up") == "服务台初始化"
    assert words.cause_text("addon install") == "安装插件"
    assert words.cause_text("run.py import") == "run.py import"


def test_why_a_session_ended(chinese):
    assert words.ending_text("no_group") == "不在任何启用的工作组中"
    assert words.ending_text(None) == ""


def test_units_and_subjects_of_rights(chinese):
    assert words.unit_text("platform") == "平台"
    assert words.unit_text("incident") == "事件管理"
    assert words.unit_text("gone") == "gone"
    assert words.subject_text("work_group") == "工作组"


def test_a_list_has_the_comma_of_its_language(chinese):
    assert listed(["网络", "打印机"]) == "网络、打印机"


def test_an_english_list(english):
    assert listed(iter(["network", 3])) == "network, 3"


def test_zones_by_city(chinese):
    assert zone_text("Asia/Shanghai") == "上海（Asia/Shanghai）"
    assert zone_text("UTC") == "UTC"
    assert all(zone in zone_text(zone).replace(" ", "_") for zone in zones())


def test_zones_by_their_own_name(english):
    assert zone_text("America/New_York") == "America/New York"
