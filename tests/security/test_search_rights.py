"""Nobody finds a record by words that they may not see: neither guarded ones nor those a field right hides."""

import pytest
from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from app.organisation.models import Person
from app.sdk.actor import SYSTEM, acting_as
from app.security.services import field_right_service
from app.web.quick_search import criterion
from tests.support.people import AGENT, MANAGER, actor_of, make_actor, make_group, make_login, make_person, role_ids

PHONE, NAME = "13900001234", "李晓明"


@pytest.fixture
def readers(unit):
    """Somebody from whom a field is hidden, and somebody for whom it is not: (actor of each) once rights are set."""
    group = make_group()
    ids = [make_login(role, groups=[group]).user_id for role in (AGENT, MANAGER)]

    def hide(record_type, *fields):
        for field in fields:
            field_right_service.set(SYSTEM, record_type, field, {None: "hidden", role_ids(MANAGER)[0]: "edit"})
        return [actor_of(user_id) for user_id in ids]

    return hide


def found(unit, actor, model, text):
    with acting_as(actor):
        columns = {column.key: column for column in model.__mapper__.columns}
        return list(unit.execute(select(model.id).where(criterion(model, columns, text))).scalars())


class TestPeople:
    @pytest.mark.parametrize("text", [PHONE, "1390000", "+86 139 0000 1234", "0000 1234", "1234"])
    def test_not_by_a_hidden_phone_but_by_what_is_seen(self, unit, readers, text):
        person = make_person(name=NAME, phone=PHONE, email="li@example.com")
        agent, manager = readers("person", "phone")
        for shown in (NAME, "晓明", "lixiaoming", "lxm", "li@example.com"):
            assert found(unit, agent, Person, shown) == [person.id], shown
        assert found(unit, manager, Person, text) == [person.id]
        assert found(unit, agent, Person, text) == []

    def test_an_employee_number_by_their_right_only(self, unit, readers):
        person = make_person(name=NAME, employee_number="E4711")
        outsider = make_actor(["person.read"])
        assert found(unit, outsider, Person, "E4711") == []
        agent, manager = readers("person", "employee_number")
        assert (found(unit, agent, Person, "E4711"), found(unit, manager, Person, "E4711")) == ([], [person.id])
        assert found(unit, SYSTEM, Person, "E4711") == [person.id]

    def test_what_is_asked_again_is_one_statement_more(self, unit, readers, statements):
        make_person(name=NAME, phone=PHONE)
        agent, _manager = readers("person", "phone")
        with statements() as seen:
            found(unit, agent, Person, PHONE)
        assert len(seen) <= 2


class TestRecords:
    def test_not_by_a_hidden_field_of_the_index(self, unit, readers):
        caller = make_person()
        group = make_group()
        made = incident_service.create(SYSTEM, {
            "title": "打印机坏了", "caller": caller, "group": group, "contact_phone": PHONE,
            "description": "paper jam"})
        agent, manager = readers("incident", "contact_phone")
        shown = [person for person in (agent, manager) if found(unit, person, Incident, "paper")]
        for text, seen in ((PHONE, False), ("paper", True), ("dayin", True), ("打印", True), (f"打印 {PHONE}", False)):
            assert found(unit, SYSTEM, Incident, text) == [made.id], text
            for reader in shown:
                assert bool(found(unit, reader, Incident, text)) is (seen or reader is manager), text
        assert shown

    def test_a_rule_for_all_tickets_holds_for_each_kind(self, unit, readers, statements):
        incident_service.create(SYSTEM, {"title": "Printer", "caller": make_person(), "description": "zanzibar"})
        agent, _manager = readers("ticket", "description")
        with statements() as seen:
            assert found(unit, agent, Incident, "zanzibar") == []
        assert len(seen) <= 3


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_neither_the_list_nor_the_palette_nor_rest_tells(app, cast, logged_in):
    from app.db import unit_of_work

    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        make_person(name="Hidden Henry", phone=PHONE)
        field_right_service.set(SYSTEM, "person", "phone", {None: "hidden", role_ids(MANAGER)[0]: "edit"})
    rest = f"/api/v1/person/?q=(filters:!((col:name,opr:ct,value:%27{PHONE}%27)))"
    addresses = (f"/organisation/people/list/?q={PHONE}", f"/palette/?q={PHONE}", rest,
                 f"/incident/incidents/options/caller?q={PHONE}")
    agent, manager = logged_in(cast.agent), logged_in(cast.manager)
    told = {address: ("Henry" in agent.get(address).text, "Henry" in manager.get(address).text)
            for address in addresses}
    assert set(told.values()) == {(False, True)}, told
