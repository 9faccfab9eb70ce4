"""Times, values, pages of a list and the state bar, as people read them."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from markupsafe import escape

from addons.incident.workflow import INCIDENT
from app.organisation.models import Person, WorkGroup
from app.web import cells, list_page, record_page
from app.web.choices import CodeText
from app.web.icons import FALLBACK, known_name
from app.web.interface import Interface
from app.web.links import linked
from app.web.moments import duration, moment
from app.web.quick_search import criterion
from tests.support.people import make_group

NOON = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai


@pytest.fixture
def english(app):
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        yield


@pytest.fixture
def chinese(app):
    with app.test_request_context("/", headers={"Accept-Language": "zh"}):
        yield


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(("before", "style", "text"), [
    (timedelta(0), "short", "Today 12:00"), (timedelta(days=1), "short", "4 Mar, 12:00"),
    (timedelta(days=100), "short", "25 Nov 2025, 12:00"), (timedelta(0), "full", "5 Mar 2026, 12:00"),
    (timedelta(seconds=20), "ago", "just now"), (timedelta(minutes=1), "ago", "1 minute ago"),
    (timedelta(hours=5), "ago", "5 hours ago"), (timedelta(days=3), "ago", "3 days ago"),
    (timedelta(days=90), "ago", "5 Dec 2025, 12:00"),
])
def test_a_time_is_as_exact_as_its_place_needs(before, style, text):
    with time_machine.travel(NOON, tick=False):
        assert f">{text}</time>" in moment(NOON - before, style)


@pytest.mark.usefixtures("chinese")
def test_a_time_is_in_the_readers_language_and_zone():
    with time_machine.travel(NOON + timedelta(days=400), tick=False):
        assert ">2026年3月5日 12:00</time>" in moment(NOON)
        assert 'datetime="2026-03-05T04:00:00+00:00"' in moment(NOON)


@pytest.mark.usefixtures("english")
def test_a_duration_says_its_two_largest_units():
    assert duration(NOON, NOON + timedelta(days=1, hours=2, minutes=3)) == "1 day 2 hours"
    assert duration(NOON, NOON + timedelta(minutes=5)) == "5 min"
    assert duration(NOON, NOON + timedelta(seconds=5)) == "under a minute"


@pytest.mark.usefixtures("english")
def test_values_are_escaped_and_coloured():
    assert cells.cell("<i>") == "<i>"  # a plain text, which the template escapes
    assert cells.cell(None) == ""
    high = CodeText("High", "high", "orange")
    assert cells.cell(high, name="priority") == '<span class="chip chip-orange">High</span>'
    assert cells.cell(CodeText("<i>", "x", "nonsense")) == '<span class="chip dotted chip-secondary">&lt;i&gt;</span>'
    assert "Yes" in cells.cell(True)
    assert "and 2 more" in cells.cell([str(number) for number in range(8)])


@pytest.mark.parametrize(("name", "letters"), [("王小明", "小明"), ("Ada Lovelace", "AL"), ("admin", "A"), ("", "?")])
def test_a_face_shows_the_name(name, letters):
    assert cells.initials(name) == letters


def test_only_web_addresses_become_links():
    assert "<a " not in linked(escape("javascript:alert(1) <a href=x>"))
    assert 'href="https://a.example/x?a=1&amp;b=2"' in linked(escape("see https://a.example/x?a=1&b=2."))
    for typed in ('http://a.example/"onclick="x', "http://a.example/<script>", "http://a.example/' x"):
        assert 'href="http://a.example/"' in linked(escape(typed))


def test_icons_are_known_or_a_point():
    assert known_name("headset") == "headset"
    assert known_name("fa-user") == "user"
    assert known_name("no-such-icon") == FALLBACK
    assert known_name(None) == FALLBACK


def test_addresses_keep_the_filters(app):
    with app.test_request_context("/x/list/?_flt_0_state=new&_flt_0_state=old&page_V=3&q=%E7%BD%91"):
        assert list_page.url_with(page_V=4) == "/x/list/?_flt_0_state=new&_flt_0_state=old&q=%E7%BD%91&page_V=4"
        assert list_page.url_with("q", page_V=None) == "/x/list/?_flt_0_state=new&_flt_0_state=old"
        assert list_page.sort_url("number", "V", "asc").endswith("_oc_V=number&_od_V=desc")


@pytest.mark.parametrize(("page", "count", "numbers"), [
    (0, 10, [0]), (0, 100, [0, 1, 2, 3]), (5, 1000, [0, None, 3, 4, 5, 6, 7, None, 39]),
])
def test_pages_are_linked_around_the_present_one(page, count, numbers):
    assert list_page.page_numbers(page, 25, count) == numbers


@pytest.mark.usefixtures("english")
def test_a_count_that_stopped_says_so():
    assert list_page.count_text(312, 1, 25) == "26–50 of 312"
    assert list_page.count_text(10_001, 0, 25) == "1–25 of more than 10,000"
    assert list_page.total_text(1) == "1 entry"


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(("code", "expected"), [
    ("in_progress", ["done", "done", "current", "ahead", "ahead"]),
    ("pending", ["done", "done", "done", "current", "ahead", "ahead"]),
    ("cancelled", ["done"] * 5 + ["current"]),
])
def test_the_state_bar_shows_the_way_and_where_one_is(code, expected):
    assert [step.status for step in record_page.state_bar(INCIDENT, code)] == expected


def test_the_main_step_comes_first_and_dangerous_ones_wait_in_the_menu():
    steps = [{"action": name, "colour": tone, "refused": why} for name, tone, why in (
        ("assign", "primary", "no"), ("hold", "warning", None), ("resolve", "success", None),
        ("cancel", "danger", None))]
    shown, rest = record_page.ordered_steps(steps)
    assert [step["action"] for step in shown] == ["resolve", "hold", "assign"]
    assert [step["action"] for step in rest] == ["cancel"]


def test_a_life_of_several_stretches_fills_its_lane():
    then, end = NOON + timedelta(hours=1), NOON + timedelta(hours=4)
    stretches = [SimpleNamespace(state="new", started_at=NOON, ended_at=then),
                 SimpleNamespace(state="closed", started_at=then, ended_at=end)]
    parts = record_page.lane(stretches, INCIDENT)
    assert [(part["x"], part["colour"]) for part in parts] == [(0.0, "blue"), (250.0, "secondary")]


def test_quick_search_takes_wildcards_as_themselves():
    sql = str(criterion(Person, Person.__table__.c, "50%").compile(compile_kwargs={"literal_binds": True}))
    assert "50/%" in sql


def test_a_name_in_two_languages_is_found_in_either(unit):
    group = make_group(name={"en": "Network team", "zh": "网络组"})
    make_group(name={"en": "Printers", "zh": "打印组"})
    found = Interface(WorkGroup)
    for typed in ("网络", "network", "TEAM", "work t", group.code):
        assert [key for key, _text in found.options(typed)] == [group.id], typed
    assert found.options("%") == []
