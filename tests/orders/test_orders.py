"""Orders in words: what is wrong is named by its field, nobody does more than they may, and later is later."""

import pytest
from sqlalchemy import func, select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from app.db import unit_of_work
from app.notify.models import Notice
from app.orders import commands, jobs
from app.organisation.models import Company, GroupRole, MemberRole, WorkGroup
from app.records.audit import AuditEntry
from app.sdk.actor import SYSTEM, acting_as
from app.security.models import RoleProfile
from tests.support.people import make_company

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def made(app, cast):
    """An incident of the first line and a company with a code."""
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        make_company(code="ACME", name="Acme", phone="1")
        return incident_service.create(SYSTEM, {"title": "Printer jam", "caller": cast.customer.person_id,
                                                "group": cast.first_line}).number


@pytest.fixture
def give(app, capsys):
    """`give(order, user)` does an order and returns (exit code, what was printed, what was complained of)."""

    def given(order, username, at=None):
        with app.app_context():
            code = commands.give(order, username, at)
        said = capsys.readouterr()
        return code, said.out.strip(), said.err.strip()

    return given


def setting(record, record_type="incident", **values):
    return {"do": "set", "type": record_type, "record": record, "values": values}


def grant(to, name, what, member=None, do="grant"):
    return {"do": do, "to": to, "name": name, "what": what, "member": member}


def seen(app, statement):
    with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
        return session.execute(statement).scalars().all()


def entries(app):
    return seen(app, select(func.count(AuditEntry.id)))


@pytest.mark.parametrize(("values", "field"), [
    ({"category": "no such"}, "category"), ({"group": "no_such"}, "group"), ({"colour": "red"}, "colour"),
    ({"title": ""}, "title"), ({"title": "Other", "impact": "enormous"}, "impact"), ({"state": "closed"}, "state"),
    ({"opened_at": "2026-01-01"}, "opened_at"),
])
def test_what_is_wrong_is_named_and_nothing_changes(app, made, give, values, field):
    before = entries(app)
    code, said, complained = give(setting(made, **values), "agent")
    assert (code, said) == (1, "")
    assert complained.startswith(f"{field}")
    assert (seen(app, select(Incident.title)), entries(app)) == (["Printer jam"], before)


@pytest.mark.parametrize(("order", "username"), [
    (setting("INC00001", title="x"), "auditor"), (setting("INC00001", title="x"), "nobody"),
    (setting("INC09999", title="x"), "agent"), (setting("1", "spaceship", title="x"), "agent"),
    (grant("group", "first_line", "incident.role_manager"), "agent"),
    (grant("user", "agent", "platform.role_admin"), "manager"),
    (grant("role", "incident.role_agent", ["incident.delete"]), "agent"),
    (grant("role", "incident.role_agent", ["incident.fly"]), "admin"),
    (grant("group", "second_line", "incident.role_manager", "agent"), "admin"),
    (grant("group", "no_group", "incident.role_manager"), None), (grant("user", "agent", "no_role"), None),
    (grant("user", "no_user", "incident.role_manager"), None),
    ({"do": "step", "type": "company", "record": "ACME", "action": "close", "values": {}}, "admin"),
    ({"do": "step", "type": "incident", "record": "INC00001", "action": "resolve", "values": {}}, "agent"),
])
def test_what_one_may_not_or_there_is_not_is_refused_and_nothing_changes(app, made, give, order, username):
    before = entries(app)
    code, said, complained = give(order, username)
    assert (code, said, bool(complained)) == (1, "", True)
    assert entries(app) == before


def test_fields_are_read_as_forms_have_them_and_emptied_by_nothing(app, made, give):
    assert give(setting("ACME", "company", phone="", is_customer="yes", support_level=""), "admin")[0] == 0
    assert seen(app, select(Company.phone).where(Company.code == "ACME")) == [None]
    assert give(setting("first_line", "work_group", **{"name.zh": "一线"}), "admin")[0] == 0
    [name] = seen(app, select(WorkGroup.name).where(WorkGroup.code == "first_line"))
    assert (name["zh"], bool(name["en"])) == ("一线", True)


def test_what_is_granted_is_taken_back_and_twice_is_no_change(app, made, give):
    for to, model, member in (("group", GroupRole, None), ("group", MemberRole, "agent")):
        order = grant(to, "first_line", "incident.role_manager", member)
        held = select(model.id).join(RoleProfile, RoleProfile.role_id == model.role_id).where(
            RoleProfile.code == "incident.role_manager")
        assert give(order, "admin")[0] == 0
        assert len(seen(app, held)) == 1
        before = entries(app)
        assert give(order, "admin")[0] == 0
        assert entries(app) == before
        assert give({**order, "do": "revoke"}, "admin")[0] == 0
        assert seen(app, held) == []


class TestLater:
    def test_is_not_now_and_refused_by_what_holds_by_then(self, app, cast, made, give):
        order = setting(made, title="Renamed")
        assert give(order, "agent", "2099-01-31 08:00")[0] == 0
        assert seen(app, select(Incident.title)) == ["Printer jam"]
        with app.app_context():
            jobs.perform({"user": cast.agent.user_id, "order": setting(made, title="")})
        assert seen(app, select(Notice.kind).where(Notice.user_id == cast.agent.user_id)) == ["orders.refused"]
        assert seen(app, select(Incident.title)) == ["Printer jam"]
        with app.app_context():
            jobs.perform({"user": cast.agent.user_id, "order": order})
        assert seen(app, select(Incident.title)) == ["Renamed"]

    def test_who_may_not_log_in_any_more_does_nothing(self, app, cast, made, give):
        from app.security.services import user_service

        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            user_service.update(SYSTEM, cast.agent.user_id, {"active": False})
        with app.app_context():
            jobs.perform({"user": cast.agent.user_id, "order": setting(made, title="Renamed")})
        assert seen(app, select(Incident.title)) == ["Printer jam"]
        assert give(setting(made, title="x"), "agent")[0] == 1

    def test_a_time_that_is_none_is_told(self, made, give):
        assert give(setting(made, title="x"), "agent", "soon")[0] == 2


def test_a_role_by_rest_says_what_it_allows(app, cast, logged_in, made):
    from app.security import tokens

    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        keys = {name: {"Authorization": f"Bearer {tokens.create(one.user_id, tokens.NewToken('x'))}"}
                for name, one in (("admin", cast.admin), ("agent", cast.agent))}
    client, role = app.test_client(), {"code": "helper", "label": {"en": "Helper"}}
    address = client.post("/api/v1/role/", json={**role, "permissions": ["incident.read"]},
                          headers=keys["admin"]).headers["Location"]
    assert client.get(address, headers=keys["admin"]).json["result"]["permissions"] == ["incident.read"]
    assert client.get(address, headers=keys["agent"]).status_code == 403
    assert client.put(address, json={"permissions": []}, headers=keys["agent"]).status_code == 403
    for wrong in ("incident.read", [1], ["incident.fly"], {}):
        answer = client.put(address, json={"permissions": wrong}, headers=keys["admin"])
        assert (answer.status_code, list(answer.json["fields"])) == (422, ["permissions"])
    assert client.get(address, headers=keys["admin"]).json["result"]["permissions"] == ["incident.read"]
