"""The set-up of the desk: a checklist that can be left and taken up, each step kept on its own through services."""

import re

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from addons.ticket.models import Channel
from app.db import unit_of_work
from app.organisation.models import Company, Person, WorkGroup
from app.records.settings import setting
from app.sdk.actor import SYSTEM, acting_as
from app.security.models import RoleProfile
from tests.support.people import csrf_token, log_in, role_ids

STEPS = ["company", "calendar", "groups", "people", "channels", "addons", "demo", "import", "look"]


@pytest.fixture
def admin(cast, logged_in):
    return logged_in(cast.admin)


@pytest.fixture
def ask(app):
    """`ask(select(...))` reads as the system."""

    def rows(statement):
        with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
            return session.execute(statement).scalars().all()

    return rows


def send(browser, step, *pairs):
    token = csrf_token(browser, "/notices/")
    return browser.post(f"/welcome/{step}", data=MultiDict([("csrf_token", token), *pairs]))


def states(browser):
    return re.findall(r'<li class="is-(\w+)">', browser.get("/welcome/").text)


class TestChecklist:
    def test_it_has_every_step_and_each_page_opens_in_both_languages(self, admin):
        assert re.findall(r'class="is-open"><a href="/welcome/(\w+)"', admin.get("/welcome/").text) == STEPS
        for language in ("en", "zh"):
            admin.get(f"/lang/{language}")
            for step in STEPS:
                assert admin.get(f"/welcome/{step}").status_code == 200, step

    def test_it_is_left_and_taken_up_where_one_was(self, admin):
        assert send(admin, "company", ("name", "Tianhui"), ("language", "en"), ("timezone", "UTC")).headers[
            "Location"] == "/welcome/calendar"
        assert send(admin, "calendar", ("calendar", "always")).headers["Location"] == "/welcome/groups"
        assert send(admin, "groups/skip").headers["Location"] == "/welcome/people"
        assert states(admin) == ["done", "done", "skipped", *["open"] * 6]
        assert 'href="/welcome/people"' in admin.get("/welcome/").text
        assert "2 of 9 steps" in admin.get("/tiles/welcome.progress").text
        # What is done stays done, though it is skipped the next time.
        send(admin, "company/skip")
        assert states(admin)[0] == "done"

    def test_its_tile_stands_first_until_it_is_put_away(self, admin):
        def first():
            return re.search(r'data-tile="([^"]+)"', admin.get("/").text)[1]

        assert first() == "welcome.progress"
        assert send(admin, "dismiss").headers["Location"] == "/"
        assert first() != "welcome.progress"
        assert admin.get("/welcome/").status_code == 200
        assert 'href="/welcome/"' in admin.get("/settings/").text

    def test_it_is_over_when_no_step_is_open(self, admin):
        for step in STEPS:
            send(admin, f"{step}/skip")
        assert 'data-tile="welcome.progress"' not in admin.get("/").text.split("<template")[0]

    def test_who_may_not_set_the_desk_up_does_not_see_it(self, cast, logged_in, ask):
        for who in (cast.agent, cast.manager, cast.customer):
            browser = logged_in(who)
            assert browser.get("/welcome/").status_code in (302, 403)
            assert send(browser, "company", ("name", "Evil")).status_code in (302, 403)
            assert browser.get("/tiles/welcome.progress").status_code == 404
        assert ask(select(Company.name)) == []

    def test_a_step_that_there_is_not(self, admin):
        assert admin.get("/welcome/nonsense").status_code == 404
        assert send(admin, "nonsense/skip").status_code == 404


class TestSteps:
    def test_the_company_and_what_new_people_begin_with(self, app, admin, ask, cast):
        send(admin, "company", ("name", "Tianhui"), ("language", "en"), ("timezone", "Europe/Berlin"))
        send(admin, "company", ("name", "Tianhui Ltd"), ("language", "en"), ("timezone", "Europe/Berlin"))
        assert ask(select(Company.name).where(Company.kind == "own")) == ["Tianhui Ltd"]
        assert ask(select(Person.company_id).where(Person.id == cast.admin.person_id)) == ask(select(Company.id))
        with app.app_context(), unit_of_work(), acting_as(SYSTEM):
            assert (setting("security.default_language"), setting("security.default_timezone")) == (
                "en", "Europe/Berlin")

    def test_what_is_wrong_stands_at_its_field_and_nothing_is_kept(self, app, admin, ask):
        for pairs, field in (((("name", ""), ("language", "en"), ("timezone", "UTC")), "name"),):
            answer = send(admin, "company", *pairs)
            assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
        assert send(admin, "company", ("name", "T"), ("language", "de"), ("timezone", "UTC")).status_code == 422
        assert ask(select(Company.name)) == []
        assert states(admin)[0] == "open"

    def test_several_work_groups_at_once(self, admin, ask):
        answer = send(admin, "groups", ("name", "网络组"), ("line", "2"), ("name", ""), ("line", "1"),
                      ("name", "Applications"), ("line", "3"))
        assert answer.status_code == 302
        made = {group.code: (group.name["zh"], group.support_line) for group in ask(
            select(WorkGroup).where(WorkGroup.code.in_(["wangluozu", "applications"])))}
        assert made == {"wangluozu": ("网络组", 2), "applications": ("Applications", 3)}
        before = len(ask(select(WorkGroup.id)))
        wrong = send(admin, "groups", ("name", "Good"), ("line", "1"), ("name", "Bad"), ("line", "9"))
        assert (wrong.status_code, 'id="line-1-error"' in wrong.text) == (422, True)
        assert 'value="Good"' in wrong.text
        assert len(ask(select(WorkGroup.id))) == before

    def test_several_people_get_their_first_password_once(self, app, admin, cast, ask):
        with app.app_context(), unit_of_work(), acting_as(SYSTEM):
            (role,) = role_ids("incident.role_agent")
        group = str(cast.first_line)
        pairs = [("name", "李明"), ("email", ""), ("group", group), ("role", str(role)),
                 ("name", "Ada King"), ("email", "ada@example.org"), ("group", group), ("role", str(role)),
                 ("name", ""), ("email", ""), ("group", group), ("role", str(role))]
        answer = send(admin, "people", *pairs)
        assert answer.status_code == 200
        codes = re.findall(r"<code>([^<]+)</code>", answer.text)
        assert codes[::2] == ["liming", "ada"]
        assert states(admin)[3] == "done"
        from tests.support.people import Login

        for username, password in zip(codes[::2], codes[1::2], strict=True):
            browser = app.test_client()
            log_in(browser, Login(0, username, 0, (), SYSTEM, password))
            assert browser.get("/incident/incidents/list/").status_code == 200
        assert codes[1] not in admin.get("/welcome/people").text
        again = send(admin, "people", ("name", "李鸣"), ("email", ""), ("group", group), ("role", str(role)))
        assert "<code>liming2</code>" in again.text

    def test_of_several_people_all_or_none(self, app, admin, cast, ask):
        with app.app_context(), unit_of_work(), acting_as(SYSTEM):
            (role,) = role_ids("incident.role_agent")
        group, before = str(cast.first_line), len(ask(select(Person.id)))
        wrong = send(admin, "people", ("name", "Ada"), ("email", ""), ("group", group), ("role", ""),
                     ("name", "Bob"), ("email", "no address"), ("group", group), ("role", str(role)),
                     ("name", ""), ("email", "x@example.org"), ("group", group), ("role", str(role)))
        assert wrong.status_code == 422
        assert 'id="role-0-error"' in wrong.text
        assert ('id="email-1-error"' in wrong.text, 'id="name-2-error"' in wrong.text) == (True, True)
        assert len(ask(select(Person.id))) == before

    def test_channels_on_and_off(self, admin, ask):
        keys = ask(select(Channel.id).order_by(Channel.id))
        send(admin, "channels", *(("channel", str(key)) for key in keys[:2]))
        assert ask(select(Channel.id).where(Channel.is_active).order_by(Channel.id)) == keys[:2]

    def test_the_name_of_the_desk(self, admin):
        send(admin, "look", ("name-zh", "服务中心"), ("name-en", "Help centre"), ("letters", "HC"))
        assert "Help centre</title>" in admin.get("/welcome/").text
        wrong = send(admin, "look", ("name-zh", ""), ("name-en", ""), ("letters", "TOO LONG"))
        assert (wrong.status_code, 'id="letters-error"' in wrong.text) == (422, True)
        assert "Help centre</title>" in admin.get("/welcome/").text

    def test_nobody_gets_a_role_for_customers_here(self, admin, ask):
        page = admin.get("/welcome/people").text
        customer = ask(select(RoleProfile.role_id).where(RoleProfile.is_self_service))
        roles = re.search(r'<select[^>]*name="role".*?</select>', page, re.DOTALL)[0]
        assert all(f'value="{key}"' not in roles for key in customer)
