"""Looking at the desk as somebody else: all is seen as they see it, nothing is changed, and it is written down."""

import re
from html import unescape

import pytest
from sqlalchemy import func, select

from app.db import Model, unit_of_work
from app.records.audit import AuditEntry
from app.sdk.actor import SYSTEM, acting_as
from app.security import tokens
from app.security.models import LoginSession
from app.security.services import role_service, user_service
from tests.architecture.test_walk import address_of, rules
from tests.support.people import csrf_token, make_login, role_ids

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ENDS = {"/security/view-as/stop", "/logout/"}


@pytest.fixture
def browser(cast, logged_in):
    return logged_in(cast.admin)


def look(browser, who):
    return browser.post(f"/security/view-as/{who.user_id}", data={"csrf_token": csrf_token(browser, "/profile/")})


def facts(app):
    """Return how many rows each table has."""
    with app.app_context(), unit_of_work() as session:
        return {name: session.connection().execute(select(func.count()).select_from(table)).scalar_one()
                for name, table in Model.metadata.tables.items()}


def told(app):
    with app.app_context(), unit_of_work() as session:
        rows = session.execute(select(AuditEntry).where(AuditEntry.field == "viewed_by").order_by(AuditEntry.id))
        return [(row.actor_id, row.record_id, row.old, row.new) for row in rows.scalars()]


def looking(app):
    with app.app_context(), unit_of_work() as session:
        return session.execute(select(LoginSession.viewing_id).where(LoginSession.viewing_id.is_not(None))).all()


def test_it_is_their_desk_with_a_banner_and_ends_where_it_began(app, cast, browser):
    assert look(browser, cast.agent).headers["Location"] == "/"
    page = browser.get("/incident/incidents/list/")
    assert page.status_code == 200
    assert "You, Administrator, look at the desk as Name of agent. Nothing can be changed." in page.text
    assert browser.get("/security/users/list/").status_code in (302, 403)
    assert "Name of agent. Nothing can be changed." in browser.get("/nowhere").text
    stopped = browser.post("/security/view-as/stop", data={"csrf_token": csrf_token(browser, "/profile/")})
    assert stopped.headers["Location"] == f"/security/users/show/{cast.agent.user_id}"
    after = browser.get("/security/users/list/")
    assert (after.status_code, "Nothing can be changed." in after.text) == (200, False)
    admin, agent = cast.admin.user_id, cast.agent.user_id
    assert told(app) == [(admin, agent, None, "Administrator"), (admin, agent, "Administrator", None)]
    assert looking(app) == []


def test_every_way_of_changing_anything_is_refused(app, cast, browser):
    look(browser, cast.agent)
    before, let_in = facts(app), []
    token = unescape(re.search(r'name="csrf-token" content="([^"]+)"', browser.get("/").text)[1])
    for rule in rules(app):
        for method in sorted(rule.methods - {"GET", "HEAD", "OPTIONS"} if rule.rule not in ENDS else ()):
            body = {"json": {}} if rule.rule.startswith("/api/") else {"data": {"csrf_token": token}}
            answer = browser.open(address_of(rule), method=method, headers={"X-CSRFToken": token}, **body)
            if answer.status_code != 403 or "nothing can be changed" not in answer.text:
                let_in.append((method, rule.rule, answer.status_code))
    assert let_in == []
    assert facts(app) == before


def test_what_a_script_sends_is_refused_and_the_page_says_why(cast, browser):
    look(browser, cast.agent)
    answer = browser.post("/notices/read-all", headers={"HX-Request": "true"},
                          data={"csrf_token": csrf_token(browser, "/profile/")})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (403, "true")
    assert "so nothing can be changed. Stop looking first." in browser.get("/").text


def test_logging_out_ends_it_as_well(app, cast, browser):
    look(browser, cast.agent)
    browser.post("/logout/", data={"csrf_token": csrf_token(browser, "/profile/")})
    assert "/login/" in browser.get("/profile/").headers["Location"]
    assert told(app)[-1] == (cast.admin.user_id, cast.agent.user_id, "Administrator", None)


class TestRefused:
    @pytest.fixture
    def viewer(self, app, cast):
        """Somebody who may look as others, and holds no further administrative right but to view users."""
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            made = role_service.create(SYSTEM, {"code": "viewer", "label": {"en": "Viewer"},
                                                "permissions": ["user.read", "user.view_as"]})
            login = make_login(groups=[cast.first_line], username="viewer")
            user_service.update(SYSTEM, login.user_id, {"roles": role_ids("viewer")})
            return login, made.id

    def test_without_the_right(self, app, cast, logged_in):
        assert look(logged_in(cast.manager), cast.agent).status_code in (302, 403)
        assert (looking(app), told(app)) == ([], [])

    def test_as_an_administrator_as_oneself_and_as_nobody(self, app, cast, logged_in, viewer):
        browser = logged_in(viewer[0])
        assert look(browser, cast.admin).status_code == 403
        assert look(browser, viewer[0]).status_code == 409
        missing = browser.post("/security/view-as/9999", data={"csrf_token": csrf_token(browser, "/profile/")})
        assert missing.status_code == 404
        assert (looking(app), told(app)) == ([], [])

    def test_through_a_key_for_programs(self, app, cast):
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            secret = tokens.create(cast.admin.user_id, tokens.NewToken("program"))
        app.config["WTF_CSRF_ENABLED"] = False
        try:
            answer = app.test_client().post(f"/security/view-as/{cast.agent.user_id}",
                                            headers={"Authorization": f"Bearer {secret}"})
        finally:
            app.config["WTF_CSRF_ENABLED"] = True
        assert answer.status_code == 403
        assert (looking(app), told(app)) == ([], [])

    def test_it_is_over_once_the_right_is_gone_and_nothing_is_done_in_ones_own_name(self, app, cast, logged_in, viewer):
        browser = logged_in(viewer[0])
        look(browser, cast.agent)
        page = csrf_token(browser, "/profile/")
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            role_service.change_rights(SYSTEM, viewer[1], take=["user.view_as"])
        # What was sent believing to be read-only changes nothing, not even as oneself.
        assert browser.post("/profile/", data={"csrf_token": page, "language": "zh"}).status_code == 403
        after = browser.get("/profile/").text
        assert "You look at the desk as yourself again." in after
        assert "Nothing can be changed." not in after
        assert looking(app) == []
        assert told(app)[-1] == (viewer[0].user_id, cast.agent.user_id, "Name of viewer", None)

    def test_it_is_over_once_whom_one_looks_as_becomes_stronger(self, app, cast, logged_in, viewer):
        browser = logged_in(viewer[0])
        look(browser, cast.agent)
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            user_service.update(SYSTEM, cast.agent.user_id, {"roles": role_ids("platform.role_admin")})
        assert browser.get("/security/roles/list/").status_code in (302, 403)
        assert looking(app) == []
