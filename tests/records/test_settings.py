"""Settings: what may be set, who may, that each is read where it counts, and that nobody reads an old one."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.db import unit_of_work
from app.jobs import housekeeping
from app.records import attachments
from app.records.audit import AuditEntry
from app.records.settings import SettingValue, changed, declared, setting, setting_service
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import BusinessError, Forbidden, InvalidField
from app.security.models import LoginSession
from app.security.services import passwords
from tests.support.people import csrf_token, submit


@pytest.fixture
def put(app):
    """`put(**{"web.logo_text": "TH"})` sets settings as the system, committed."""

    def change(**values):
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            setting_service.change(SYSTEM, values)

    return change


@pytest.fixture
def read(app):
    def value(key):
        with app.app_context(), unit_of_work(), acting_as(SYSTEM):
            return setting(key)

    return value


class TestStore:
    def test_a_setting_is_its_default_until_somebody_sets_it(self, put, read):
        assert read("security.password_length") == 8
        put(**{"security.password_length": "12"})
        assert read("security.password_length") == 12

    def test_the_default_again_is_no_change(self, app, put, read):
        put(**{"security.password_length": 12, "web.logo_text": "TH"})
        put(**{"security.password_length": 8})
        with app.app_context(), unit_of_work(), acting_as(SYSTEM):
            assert changed() == {"web.logo_text": "TH"}

    @pytest.mark.parametrize(("key", "value"), [
        ("security.password_length", 7), ("security.password_length", 65), ("security.password_length", "x"),
        ("security.password_length", True), ("security.password_length", ""), ("security.password_length", None),
        ("security.password_length", "1e1"), ("security.password_length", "9" * 40), ("web.presence", "yes"),
        ("web.logo_text", "THD"), ("web.logo_text", 5), ("security.default_timezone", "Mars/Base"),
        ("security.default_language", "de"), ("web.page_size", "24"), ("web.desk_name", "Desk"),
        ("web.desk_name", {"zh": " ", "en": ""}), ("web.desk_name", {"zh": "x" * 41}), ("nobody.knows", 1),
    ])
    def test_what_does_not_fit_is_refused_and_nothing_is_kept(self, app, put, key, value):
        with pytest.raises(BusinessError) as refused:
            put(**{"web.logo_text": "TH", key: value} if key != "web.logo_text" else {key: value})
        assert list(refused.value.fields) == [key]
        with app.app_context(), unit_of_work() as session:
            assert session.execute(select(SettingValue)).all() == []

    def test_who_may_not_is_refused(self, app, cast):
        with app.app_context(), unit_of_work(write=True), acting_as(cast.manager.actor), pytest.raises(Forbidden):
            setting_service.change(cast.manager.actor, {"web.logo_text": "TH"})
        with app.app_context(), unit_of_work(write=True), acting_as(cast.admin.actor):
            setting_service.change(cast.admin.actor, {"web.logo_text": "TH"})

    def test_each_change_is_audited(self, app, cast):
        for value in (10, 12):
            with app.app_context(), unit_of_work(write=True), acting_as(cast.admin.actor):
                setting_service.change(cast.admin.actor, {"security.password_length": value})
        with app.app_context(), unit_of_work() as session:
            rows = session.execute(select(AuditEntry.action, AuditEntry.old, AuditEntry.new, AuditEntry.actor_label)
                                   .where(AuditEntry.record_type == "setting").order_by(AuditEntry.id)).all()
        assert [tuple(row)[:1] + tuple(row)[3:] for row in rows] == [("create", "Administrator"),
                                                                    ("update", "Administrator")]
        assert (rows[1].old, rows[1].new) == (10, 12)

    def test_what_is_rolled_back_was_never_there(self, app, read):
        with pytest.raises(ZeroDivisionError), app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            setting_service.change(SYSTEM, {"security.password_length": 20})
            assert setting("security.password_length") == 20
            raise ZeroDivisionError
        assert read("security.password_length") == 8

    def test_an_unknown_key_is_a_fault_of_the_program(self, read):
        with pytest.raises(KeyError):
            read("nobody.knows")

    def test_a_reader_pays_no_statement_and_is_never_stale(self, put, cast, logged_in, statements):
        browser = logged_in(cast.agent)
        page = "/notices/count"
        browser.get(page)
        with statements() as sent:
            browser.get(page)
        quiet = len(sent)
        put(**{"web.desk_name": {"zh": "服务中心", "en": "Help centre"}})
        assert "Help centre" in browser.get("/notices/").text
        browser.get(page)
        with statements() as sent:
            browser.get(page)
        assert len(sent) == quiet

    def test_another_process_reads_it_after_a_second(self, app, read):
        assert read("web.logo_text") == ""
        with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
            # As another process would: this one is not told.
            session.add(SettingValue(key="web.logo_text", value="TH"))
        import time

        time.sleep(1.05)
        assert read("web.logo_text") == "TH"

    def test_every_declaration_holds_its_own_default(self, app):
        with app.app_context(), unit_of_work(), acting_as(SYSTEM):
            for one in declared().values():
                assert one.value_of(one.default) == one.default, one.key
                assert str(one.label), one.key
                assert one.is_hidden or str(one.section), one.key


class TestReadWhereItCounts:
    def test_the_name_of_the_desk_and_its_letters(self, put, client, cast):
        put(**{"web.desk_name": {"zh": "服务中心", "en": "Help centre"}, "web.logo_text": "HC"})
        text = client.get("/login/", headers={"Accept-Language": "en"}).text
        assert "Help centre</title>" in text
        assert ">HC<" in text
        assert "Tianhui" not in text
        assert "服务中心</title>" in client.get("/login/", headers={"Accept-Language": "zh"}).text

    def test_the_language_of_a_visitor_whose_browser_names_none(self, put, client, cast):
        put(**{"security.default_language": "en"})
        assert '<html lang="en"' in client.get("/login/", headers={"Accept-Language": "de"}).text

    def test_the_zone_of_who_has_chosen_none(self, put, cast, logged_in):
        browser = logged_in(cast.agent)
        with time_machine.travel(clock.now(), tick=True):
            put(**{"security.default_timezone": "UTC"})
            from flask_babel import get_timezone

            with browser:
                browser.get("/notices/")
                assert str(get_timezone()) == "UTC"

    def test_an_idle_session_and_one_that_is_too_old(self, app, put, cast, logged_in):
        def aged(**hours):
            with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
                row = session.execute(select(LoginSession).where(
                    LoginSession.user_id == cast.agent.user_id, LoginSession.ended_at.is_(None))).scalars().all()[-1]
                for name, number in hours.items():
                    setattr(row, name, clock.now() - timedelta(hours=number))

        browser = logged_in(cast.agent)
        aged(last_seen_at=3)
        assert browser.get("/notices/").status_code == 200
        put(**{"security.idle_hours": 2})
        aged(last_seen_at=3)
        assert browser.get("/notices/").status_code == 302
        browser = logged_in(cast.agent)
        aged(created_at=30)
        assert browser.get("/notices/").status_code == 200
        put(**{"security.session_days": 1})
        assert browser.get("/notices/").status_code == 302

    def test_the_length_of_a_password(self, app, put):
        put(**{"security.password_length": 14})
        with app.test_request_context(), unit_of_work(), acting_as(SYSTEM):
            passwords.check("Fourteen-is-it")
            with pytest.raises(InvalidField, match="14"):
                passwords.check("Thirteen-is-x")

    def test_failed_log_ins(self, put, client, cast):
        put(**{"security.login_attempts": 3})
        client.get("/lang/en")
        for _attempt in range(3):
            submit(client, "/login/", username="agent", password="wrong")
        assert "15 minutes" in submit(client, "/login/", username="agent", password=cast.agent.password).text

    def test_how_long_what_is_over_is_kept(self, app, put, cast):
        put(**{"jobs.keep_sessions": 2})
        with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
            for days in (1, 3):
                then = clock.now() - timedelta(days=days)
                session.add(LoginSession(token_hash=f"{days}", user_id=cast.agent.user_id, created_at=then,
                                         last_seen_at=then, ended_at=then))
        with app.app_context(), acting_as(SYSTEM, via="job"):
            housekeeping.tidy_up({})
        with app.app_context(), unit_of_work() as session:
            assert session.execute(select(LoginSession.token_hash)).scalars().all() == ["1"]

    def test_the_largest_attachment(self, app, put, cast):
        from addons.incident.services import incident_service

        put(**{"records.upload_megabytes": 1})
        with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
            incident = incident_service.create(SYSTEM, {"title": "x", "caller": cast.customer.person_id})
            attachments.add(session, incident, "small.bin", b"x" * 1024)
            with pytest.raises(InvalidField):
                attachments.add(session, incident, "large.bin", b"x" * (1024 * 1024 + 1))

    def test_who_looks_at_a_record(self, app, put, cast, logged_in):
        from addons.incident.services import incident_service
        from app.records.presence import RecordPresence

        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            key = incident_service.create(SYSTEM, {"title": "x", "caller": cast.customer.person_id}).id
        browser = logged_in(cast.agent)
        given = {"csrf_token": csrf_token(browser, "/notices/"), "after": "0"}
        for is_on, number in ((False, 0), (True, 1)):
            put(**{"web.presence": is_on})
            assert browser.post(f"/incident/incidents/{key}/presence", data=given).status_code in (200, 204)
            with app.app_context(), unit_of_work() as session:
                assert len(session.execute(select(RecordPresence.user_id)).all()) == number

    def test_the_rows_of_a_list(self, put, cast, logged_in):
        browser = logged_in(cast.agent)
        assert "25 a page" in browser.get("/organisation/people/list/").text
        put(**{"web.page_size": "50"})
        assert "50 a page" in browser.get("/organisation/people/list/").text
        assert "100 a page" in browser.get("/organisation/people/list/?psize_PersonView=100").text


class TestPage:
    def test_it_shows_every_setting_with_its_default(self, cast, logged_in, app):
        text = logged_in(cast.admin).get("/settings/").text
        with app.app_context():
            for key, one in declared().items():
                assert (f'data-words="{key}' in text) != one.is_hidden, key
        assert "Default: 12 hours" in text

    def test_words_are_found_in_either_language(self, cast, logged_in):
        text = logged_in(cast.admin).get("/settings/").text
        words = re.search(r'data-words="(security\.password_length[^"]*)"', text)[1]
        assert "password" in words
        assert "密码" in words

    def test_a_section_is_kept_and_can_be_reset(self, cast, logged_in, read):
        browser = logged_in(cast.admin)
        token = csrf_token(browser, "/settings/")
        given = {"csrf_token": token, "security-idle_hours": "8", "security-session_days": "30",
                 "security-password_length": "10", "security-login_attempts": "10"}
        assert browser.post("/settings/logging-in", data=given).status_code == 302
        assert (read("security.idle_hours"), read("security.password_length")) == (8, 10)
        text = browser.get("/settings/").text
        assert text.count('name="key"') == 2
        again = {"csrf_token": token, "key": "security.idle_hours"}
        assert browser.post("/settings/reset", data=again).status_code == 302
        assert read("security.idle_hours") == 12

    def test_errors_stand_beside_their_fields_with_what_was_typed(self, cast, logged_in, read):
        browser = logged_in(cast.admin)
        given = {"csrf_token": csrf_token(browser, "/settings/"), "security-idle_hours": "8",
                 "security-session_days": "soon", "security-password_length": "3", "security-login_attempts": "10"}
        answer = browser.post("/settings/logging-in", data=given)
        assert answer.status_code == 422
        assert 'id="security-session_days-error"' in answer.text
        assert "from 8 to 64" in answer.text
        assert 'value="soon"' in answer.text
        assert read("security.idle_hours") == 12

    def test_a_switch_that_is_off_is_sent_as_nothing(self, cast, logged_in, read):
        browser = logged_in(cast.admin)
        browser.post("/settings/lists-and-records", data={"csrf_token": csrf_token(browser, "/settings/"),
                                                          "web-page_size": "25"})
        assert read("web.presence") is False

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_it_leads_to_every_other_page_of_configuration(self, cast, logged_in, language):
        browser = logged_in(cast.admin)
        browser.get(f"/lang/{language}")
        text = browser.get("/settings/").text
        for place in ("/ticket/channels/list/", "/records/number-sequences/list/", "/security/roles/list/", "/apps/",
                      "/organisation/groups/list/", "/records/picklists/list/"):
            assert f'href="{place}"' in text, place

    def test_who_may_not_see_them_does_not(self, cast, logged_in):
        for who in (cast.agent, cast.customer):
            browser = logged_in(who)
            assert browser.get("/settings/").status_code in (302, 403)
            token = csrf_token(browser, "/notices/")
            assert browser.post("/settings/reset", data={"csrf_token": token, "key": "web.logo_text"}).status_code in (
                302, 403)
