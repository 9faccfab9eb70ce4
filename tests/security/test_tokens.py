"""Keys for programs: shown once, never more than their user, taken back at once."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.db import unit_of_work
from app.organisation.models import GroupMember
from app.organisation.services import member_service, work_group_service
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Conflict, InvalidField, MissingFields, NotFound
from app.security.models import ApiToken
from app.security.services import token_service
from app.security.tokens import NewToken
from tests.support.people import AGENT, csrf_token, make_group, make_login, submit

PAGE = "/profile/tokens/"


def made(browser, **values):
    answer = submit(browser, PAGE, **{"name": "my script", "valid_for": "90", **values})
    assert answer.status_code == 200, answer.text
    found = re.search(r"<code data-secret[^>]*>(tsd_[^<]+)</code>", answer.text)
    assert found is not None
    return {"Authorization": f"Bearer {found[1]}"}


class TestPage:
    def test_a_key_opens_the_rest_interface_and_is_shown_once(self, app, cast, logged_in):
        browser = logged_in(cast.agent)
        headers = made(browser)
        secret = headers["Authorization"].removeprefix("Bearer ")
        assert secret not in browser.get(PAGE).text
        assert app.test_client().get("/api/v1/incident/", headers=headers).status_code == 200
        with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
            assert secret not in session.execute(select(ApiToken.token_hash)).scalar()

    def test_with_some_rights_only(self, app, cast, logged_in):
        headers = made(logged_in(cast.agent), scopes=["incident.read", "incident.read_all"])
        program = app.test_client()
        assert program.get("/api/v1/incident/", headers=headers).status_code == 200
        assert program.post("/api/v1/incident/", headers=headers,
                            json={"title": "x", "caller_id": cast.agent.person_id}).status_code == 403
        assert program.get("/api/v1/person/", headers=headers).status_code == 403

    def test_rights_that_one_lacks_are_not_offered(self, cast, logged_in):
        browser = logged_in(cast.agent)
        assert "user.write" not in browser.get(PAGE).text
        assert submit(browser, PAGE, name="x", valid_for="90", scopes=["user.write"]).status_code == 422

    def test_a_key_makes_no_key(self, app, cast, logged_in):
        headers = made(logged_in(cast.agent), scopes=["incident.read"])
        program = app.test_client()
        for path in (PAGE, "/profile/", "/profile/password"):
            assert program.get(path, headers=headers).status_code == 403

    def test_taken_back(self, app, cast, logged_in):
        browser = logged_in(cast.agent)
        headers = made(browser)
        revoke = re.search(r'action="(/profile/tokens/\d+/revoke)"', browser.get(PAGE).text)[1]
        stranger = logged_in(cast.specialist)
        refused = stranger.post(revoke, data={"csrf_token": csrf_token(stranger, PAGE)})
        assert refused.status_code == 404
        assert app.test_client().get("/api/v1/incident/", headers=headers).status_code == 200
        assert submit(browser, revoke, page=PAGE).status_code == 302
        assert app.test_client().get("/api/v1/incident/", headers=headers).status_code == 401


class TestUse:
    def test_it_is_taken_from_its_addresses_only(self, app, cast, logged_in):
        headers = made(logged_in(cast.agent), networks="10.1.0.0/16, 2001:db8::1")
        for address, status in (("10.1.2.3", 200), ("10.2.0.1", 401), ("2001:db8::1", 200), ("127.0.0.1", 401)):
            answer = app.test_client().get("/api/v1/incident/", headers=headers,
                                           environ_overrides={"REMOTE_ADDR": address})
            assert (address, answer.status_code) == (address, status)

    def test_its_use_is_written_down_once_a_minute(self, app, cast, logged_in):
        headers = made(logged_in(cast.agent))

        def used(address):
            app.test_client().get("/api/v1/incident/", headers=headers, environ_overrides={"REMOTE_ADDR": address})
            with app.app_context(), unit_of_work() as session:
                return session.execute(select(ApiToken.last_used_ip)).scalar()

        assert used("10.0.0.1") == "10.0.0.1"
        assert used("10.0.0.2") == "10.0.0.1"
        with time_machine.travel(clock.now() + timedelta(seconds=61)):
            assert used("10.0.0.3") == "10.0.0.3"

    def test_an_administrator_sees_all_and_takes_back(self, app, cast, logged_in):
        headers = made(logged_in(cast.agent), name="nightly export")
        browser = logged_in(cast.admin)
        assert "nightly export" in browser.get("/security/tokens/list/").text
        with app.app_context(), unit_of_work() as session:
            key = session.execute(select(ApiToken.id)).scalar()
        rest = browser.get("/api/v1/api_token/").json["result"]
        assert [(row["name"], "token_hash" in row) for row in rest] == [("nightly export", False)]
        for stranger in (cast.specialist, cast.manager):
            assert logged_in(stranger).get("/api/v1/api_token/").status_code == 403
        token = csrf_token(browser, "/profile/")
        answer = browser.delete(f"/api/v1/api_token/{key}", headers={"X-CSRFToken": token})
        assert answer.status_code == 200
        assert app.test_client().get("/api/v1/incident/", headers=headers).status_code == 401


class TestService:
    @pytest.fixture
    def agent(self, unit):
        return make_login(AGENT, groups=[make_group()])

    def test_refusals(self, unit, agent):
        over = clock.now() - timedelta(minutes=1)
        for wrong, values in ((MissingFields, {"name": "  "}), (InvalidField, {"name": "x" * 101}),
                              (InvalidField, {"name": "x", "scopes": ["user.write"]}),
                              (InvalidField, {"name": "x", "expires_at": over}),
                              (InvalidField, {"name": "x", "networks": ["10.0.0.0/8, here"]})):
            with pytest.raises(wrong):
                token_service.create(agent.actor, NewToken(**values))
        with pytest.raises(Conflict):
            token_service.create(SYSTEM, NewToken("x"))
        assert token_service.of_user(agent.user_id) == []

    def test_nobody_takes_back_a_strangers(self, unit, agent):
        token_service.create(agent.actor, NewToken("x"))
        token = token_service.of_user(agent.user_id)[0]
        other = make_login(AGENT, groups=[make_group()])
        with acting_as(other.actor), pytest.raises(NotFound):
            token_service.revoke(other.actor, token.id)
        assert token.revoked_at is None


@pytest.mark.parametrize("how", ["removed", "switched off"])
def test_a_key_is_worth_nothing_without_an_active_group(app, cast, logged_in, how):
    headers = made(logged_in(cast.agent))
    with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
        if how == "removed":
            member = select(GroupMember.id).where(GroupMember.person_id == cast.agent.person_id)
            member_service.delete(SYSTEM, session.execute(member).scalar_one())
        else:
            work_group_service.update(SYSTEM, cast.first_line, {"is_active": False})
    assert app.test_client().get("/api/v1/incident/", headers=headers).status_code == 401
