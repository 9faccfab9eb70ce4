"""FAB ignores the browser's language and the user's, leaves labels in English, counts limits a process."""

import pytest
from flask_babel import force_locale

from app.security.services import user_service
from app.web.labels import automatic_label
from tests.fab.conftest import make_incident
from tests.support.people import make_login, submit

LOGIN = "/login/"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestVisitor:
    @pytest.mark.parametrize(("header", "language"), [
        ("zh-CN,zh;q=0.9", "zh"), ("en-GB,en;q=0.9", "en"), ("de,en;q=0.5", "en"), ("de-DE", "zh"), ("", "zh"),
        ("zh-TW", "zh"), ("en;q=0.3,zh;q=0.8", "zh"), ("x" * 5000, "zh"), (";;;,,,", "zh"),
    ])
    def test_reads_the_language_of_the_browser(self, client, cast, header, language):
        text = client.get(LOGIN, headers={"Accept-Language": header}).text
        assert f'<html lang="{language}' in text
        assert ("密码" in text) == (language == "zh")

    def test_a_choice_in_the_session_wins(self, client, cast):
        client.get("/lang/en", headers={"Accept-Language": "zh"})
        assert '<html lang="en' in client.get(LOGIN, headers={"Accept-Language": "zh"}).text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestUser:
    def test_reads_their_own_language_whatever_the_browser_says(self, app, cast, logged_in, written):
        with written():
            reader = make_login("incident.role_agent", groups=[cast.first_line], language="zh")
        client = logged_in(reader)
        client.set_cookie("desk", client.get_cookie("desk").value)
        text = client.get("/incident/incidents/list/", headers={"Accept-Language": "en"}).text
        assert "事件" in text
        assert '<html lang="zh' in text

    def test_two_readers_of_one_page_each_get_their_own(self, cast, logged_in, written):
        with written():
            zh = make_login("incident.role_agent", groups=[cast.first_line], language="zh")
            make_incident()
        pages = {"zh": logged_in(zh), "en": logged_in(cast.agent)}
        for _ in range(3):
            for language, client in pages.items():
                text = client.get("/incident/incidents/list/").text
                assert ("编号" in text) == (language == "zh")

    def test_a_change_shows_at_the_next_click(self, cast, logged_in, written):
        client = logged_in(cast.agent)
        assert '<html lang="en' in client.get("/").text
        with written():
            user_service.prefer(cast.agent.actor, {"language": "zh"})
        assert '<html lang="zh' in client.get("/").text


def test_automatic_labels_are_translated_when_they_are_shown(context):
    label = automatic_label("number")
    with force_locale("zh"):
        assert str(label) == "编号"
    with force_locale("en"):
        assert str(label) == "Number"


def test_failed_log_ins_are_counted_in_the_database(app, cast):
    # So that the limit holds for all processes: each client here could be another one.
    for _ in range(app.config["LOGIN_ATTEMPTS"]):
        answer = submit(app.test_client(), LOGIN, username=cast.agent.username, password="wrong")
        assert answer.status_code == 200
    refused = submit(app.test_client(), LOGIN, username=cast.agent.username, password=cast.agent.password)
    assert refused.status_code == 200
    assert submit(app.test_client(), LOGIN, username=cast.manager.username,
                  password=cast.manager.password).status_code == 302
