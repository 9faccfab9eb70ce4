"""Merging: nothing refers to the loser any more, and taking it back gives what was there before, row for row."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from addons.incident.services import incident_service
from app.db import Model, system_scope
from app.organisation.models import Company, GroupMember, MemberRole, Person
from app.organisation.services import (
    company_service,
    contact_method_service,
    department_service,
    member_role_service,
    member_service,
    person_service,
    work_group_service,
)
from app.records import tags, timeline
from app.records.references import references_to, typed_references
from app.records.taking_back import Changed
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Conflict, Forbidden, InvalidField
from tests.support.people import AGENT, make_actor, make_company, make_group, make_login, make_person, role_ids

# Journals, and what only says that something else changed.
JOURNALS = {"audit_entry", "record_merge", "rights_epoch", "login_session", "outbox_message"}
TECHNICAL = {"version", "updated_at", "updated_by_id", "changed_on", "changed_by_fk"}


def tables(unit):
    """Return every row of every table, without journals."""
    unit.flush()
    found = {}
    for table in Model.metadata.sorted_tables:
        if table.name not in JOURNALS:
            columns = [column for column in table.columns if column.name not in TECHNICAL]
            # A row that went and came back may have another id in the index of words.
            rows = {repr(tuple(row)) for row in unit.connection().execute(select(*columns))}
            found[table.name] = rows
    return found


def refers(unit, model, record_id):
    unit.flush()
    left = []
    for one in [*references_to(model), *typed_references(model.record_type(), everything=True)]:
        if unit.connection().execute(select(one.column).where(one.held_by(record_id))).first() is not None:
            left.append(str(one.column))
    return left


class World:
    """Two people who may be in the same places, and what refers to them."""

    def __init__(self, unit, *, both, kinds):
        self.company = make_company()
        self.winner, self.loser = (make_person(name=name, email=f"{name}@a.example", phone=phone)
                                   for name, phone in (("wei", "13800001111"), ("wei2", None)))
        shared, own = make_group(), make_group()
        member = member_service.create(SYSTEM, {"group": own if not both else shared, "person": self.loser})
        if both:
            member_service.create(SYSTEM, {"group": shared, "person": self.winner})
        if "role" in kinds:
            member_role_service.create(SYSTEM, {"member": member, "role": role_ids(AGENT)[0]})
        if "lead" in kinds:
            work_group_service.update(SYSTEM, own.id, {"lead": self.loser})
        if "manager" in kinds:
            person_service.update(SYSTEM, self.winner.id, {"manager": self.loser})
        if "call" in kinds:
            incident = incident_service.create(SYSTEM, {"title": "x", "caller": self.loser, "group": own})
            incident_service.watch(SYSTEM, incident.id, self.loser.id)
            if both:
                incident_service.watch(SYSTEM, incident.id, self.winner.id)
        if "words" in kinds:
            timeline.add_note(unit, self.loser, "Rang", is_public=False)
            tags.replace(unit, self.loser, ["vip"])
            tags.replace(unit, self.winner, ["vip", "old"] if both else [])
        if "number" in kinds:
            contact_method_service.create(SYSTEM, {"person": self.loser, "kind": "mobile", "value": "13900002222"})
        unit.flush()


TAKEN = ("email", "phone", "name")
KINDS = ("role", "lead", "manager", "call", "words", "number")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(both=st.booleans(), kinds=st.sets(st.sampled_from(KINDS)), take=st.sets(st.sampled_from(TAKEN)))
def test_a_merge_leaves_nothing_behind_and_is_taken_back_row_for_row(unit, both, kinds, take):
    with unit.begin_nested() as part:
        world = World(unit, both=both, kinds=kinds)
        before = tables(unit)
        merged = person_service.merge(SYSTEM, world.winner.id, world.loser.id, take)
        assert refers(unit, Person, world.loser.id) == []
        assert world.winner.email == ("wei2@a.example" if "email" in take else "wei@a.example")
        person_service.undo_merge(SYSTEM, merged.id)
        after = tables(unit)
        assert {name: (before[name] - after[name], after[name] - before[name]) for name in before
                if before[name] != after[name]} == {}
        part.rollback()


class TestMerge:
    def test_both_databases(self, unit):
        world = World(unit, both=True, kinds=set(KINDS))
        before = tables(unit)
        merged = person_service.merge(SYSTEM, world.winner.id, world.loser.id, ["email"])
        assert refers(unit, Person, world.loser.id) == []
        assert [row.name for row in unit.execute(select(Person)).scalars()] == ["wei"]
        person_service.undo_merge(SYSTEM, merged.id)
        assert tables(unit) == before

    def test_what_changed_since_is_told_and_stays(self, unit):
        world = World(unit, both=False, kinds={"call"})
        merged = person_service.merge(SYSTEM, world.winner.id, world.loser.id, ["name"])
        person_service.update(SYSTEM, world.winner.id, {"name": "Wei Li"})
        with pytest.raises(Changed) as refused:
            person_service.undo_merge(SYSTEM, merged.id)
        assert ("person", world.winner.id, "name") in {
            (one["table"], one["id"], one["column"]) for one in refused.value.conflicts}
        assert merged.undone_at is None
        person_service.undo_merge(SYSTEM, merged.id, rest=True)
        assert (world.winner.name, unit.get(Person, world.loser.id).name) == ("Wei Li", "wei2")
        with pytest.raises(Conflict):
            person_service.undo_merge(SYSTEM, merged.id)

    def test_the_loser_comes_back_by_undoing_only(self, unit):
        winner, loser = make_person(), make_person()
        person_service.merge(SYSTEM, winner.id, loser.id)
        with pytest.raises(Conflict):
            person_service.restore(SYSTEM, loser.id)

    def test_a_log_in_stays_in_use(self, unit):
        winner = make_person()
        login = make_login(AGENT, groups=[make_group()])
        person_service.merge(SYSTEM, winner.id, login.person_id)
        assert winner.user_id == login.user_id

    @pytest.mark.parametrize("rights", [["person.read", "person.write"], ["person.read", "person.merge"]])
    def test_nobody_without_the_right_nor_into_rights_that_they_lack(self, unit, rights):
        admin, other = make_login("platform.role_admin", groups=[make_group()]), make_person()
        actor = make_actor(rights)
        with acting_as(actor), pytest.raises(Forbidden):
            person_service.merge(actor, other.id, admin.person_id)
        assert refers(unit, Person, admin.person_id) != []

    def test_of_guarded_columns_only_those_that_one_sees_are_taken(self, unit):
        winner, loser = make_person(), make_person(employee_number="E7")
        actor = make_actor(["person.read", "person.merge"])
        with acting_as(actor), pytest.raises(InvalidField):
            person_service.merge(actor, winner.id, loser.id, ["employee_number"])
        person_service.merge(SYSTEM, winner.id, loser.id, ["employee_number"])
        assert winner.employee_number == "E7"

    def test_companies_with_their_departments_and_domains(self, unit):
        winner, loser = make_company(mail_domains="a.example"), make_company(mail_domains="b.example", code="B")
        make_person(company=loser)
        department = department_service.create(SYSTEM, {"name": "Sales", "company": loser})
        before = tables(unit)
        merged = company_service.merge(SYSTEM, winner.id, loser.id, ["code"])
        assert refers(unit, Company, loser.id) == []
        assert (winner.mail_domains, winner.code, department.company_id) == ("a.example, b.example", "B", winner.id)
        company_service.undo_merge(SYSTEM, merged.id)
        assert tables(unit) == before

    def test_roles_of_a_membership_that_both_had_are_united(self, unit):
        world = World(unit, both=True, kinds={"role"})
        person_service.merge(SYSTEM, world.winner.id, world.loser.id)
        with system_scope():
            (member,) = unit.execute(select(GroupMember.id)).scalars()
            assert unit.execute(select(MemberRole.member_id)).scalars().all() == [member]
