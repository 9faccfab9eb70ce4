"""The end of a record's life: uses are counted, nothing breaks by it, and the bin gives back what it got."""

import pytest
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from app.db import include_deleted, system_scope
from app.organisation.models import Company, Department, GroupMember, Person, WorkGroup
from app.organisation.services import (
    company_service,
    department_service,
    member_service,
    person_service,
    work_group_service,
)
from app.records import attachments, audit, deleted, tags
from app.records.deleted import DeletedRecord
from app.records.ending import Choice
from app.records.intervals import RecordInterval
from app.records.links import Watcher
from app.records.references import references_to, typed_columns, typed_tables
from app.records.uses import InUse, uses_of
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Conflict, Forbidden, InvalidField, MissingFields
from tests.support.people import make_actor, make_company, make_group, make_login, make_person

DELETE = Choice("delete")


def incident(**values):
    return incident_service.create(SYSTEM, {"title": "It is broken", **values})


def raw(unit, statement):
    with system_scope():
        return unit.execute(statement).scalars().all()


def replaced(other):
    return Choice("replace", other.id)


class TestUses:
    def test_are_counted_by_kind_and_column_within_the_readers_rights(self, unit):
        company = make_company()
        department_service.create(SYSTEM, {"name": "Sales", "company": company})
        caller = make_person(company=company)
        incident(caller=caller)
        incident(caller=caller, supplier=company)
        found = {(one.model, one.column): (one.total, one.seen) for one in uses_of(unit, company)}
        assert found == {(Department, "company_id"): (1, 1), (Person, "company_id"): (1, 1),
                         (Incident, "company_id"): (2, 2), (Incident, "supplier_id"): (1, 1)}
        with acting_as(make_actor(["company.read", "person.read"])):
            hidden = {(one.model, one.column): (one.total, one.seen) for one in uses_of(unit, company)}
        assert hidden[(Incident, "company_id")] == (2, 0)
        assert hidden[(Person, "company_id")] == (1, 1)

    def test_what_is_deleted_itself_does_not_count(self, unit):
        company = make_company()
        person = make_person(company=company)
        person_service.delete(SYSTEM, person.id, "Gone", None)
        assert uses_of(unit, company) == []


class TestDelete:
    def test_one_in_use_needs_a_choice(self, unit):
        company = make_company()
        make_person(company=company)
        with pytest.raises(InUse) as refused:
            company_service.delete(SYSTEM, company.id, "Closed")
        assert ([one.model for one in refused.value.uses], company.deleted_at) == ([Person], None)

    def test_takes_a_reason_and_its_own_right(self, unit):
        company = make_company()
        with pytest.raises(MissingFields):
            company_service.delete(SYSTEM, company.id, " ")
        keeper = make_actor(["company.read", "company.write"])
        with acting_as(keeper), pytest.raises(Forbidden):
            company_service.delete(keeper, company.id, "Closed", DELETE)
        assert company.deleted_at is None
        assert unit.execute(select(DeletedRecord.id)).first() is None

    def test_switching_off_instead_changes_nothing_else(self, unit):
        company = make_company()
        person = make_person(company=company)
        company_service.delete(SYSTEM, company.id, "Closed", Choice("deactivate"))
        assert (company.is_active, company.deleted_at, person.company_id) == (False, None, company.id)

    def test_a_replacement_gets_all_that_referred_to_it(self, unit):
        old, new, group = make_person(), make_person(), make_group()
        group_of_both = make_group(old, new)
        member_service.create(SYSTEM, {"group": group, "person": old})
        one = incident(caller=old, group=group, assignee=old)
        incident_service.watch(SYSTEM, one.id, old.id)
        incident_service.watch(SYSTEM, one.id, new.id)
        person_service.delete(SYSTEM, old.id, "Retired", replaced(new))
        assert (one.caller_id, one.assignee_id) == (new.id, new.id)
        assert raw(unit, select(GroupMember.group_id).where(GroupMember.person_id == new.id).order_by(
            GroupMember.group_id)) == sorted([group.id, group_of_both.id])
        assert raw(unit, select(Watcher.person_id)) == [new.id]
        for reference in references_to(Person):
            if not reference.is_history:
                assert raw(unit, select(reference.column).where(reference.column == old.id)) == []
        told = {(row.field, row.old, row.new) for row in audit.entries(unit, "incident", one.id) if row.field}
        assert {("caller_id", old.id, new.id), ("assignee_id", old.id, new.id)} <= told
        held = raw(unit, select(RecordInterval.assignee_id).where(RecordInterval.record_type == "incident").order_by(
            RecordInterval.id))
        assert held[-2:] == [old.id, new.id]
        assert raw(unit, select(RecordInterval.id).where(RecordInterval.ended_at.is_(None))) != []

    def test_a_tree_has_no_loop_after_a_replacement(self, unit):
        top = make_company()
        middle = make_company(parent=top)
        low = make_company(parent=middle)
        company_service.delete(SYSTEM, top.id, "Merged", replaced(low))
        assert (low.parent_id, middle.parent_id) == (None, low.id)

    @pytest.mark.parametrize("by", [None, "itself", "deleted"])
    def test_the_replacement_is_another_that_is_there(self, unit, by):
        company, gone = make_company(), make_company()
        company_service.delete(SYSTEM, gone.id, "Closed")
        given = {None: None, "itself": company.id, "deleted": gone.id}[by]
        with pytest.raises(InvalidField) as refused:
            company_service.delete(SYSTEM, company.id, "Closed", Choice("replace", given))
        assert (set(refused.value.fields), company.deleted_at) == ({"by"}, None)

    def test_nobody_inherits_rights_that_the_deleter_lacks(self, unit):
        strong, weak = make_login("platform.role_admin", groups=[make_group()]), make_person()
        keeper = make_actor(["person.read", "person.delete", "work_group.read"])
        with acting_as(keeper):
            for choice in (Choice("replace", weak.id), DELETE):
                with pytest.raises(Forbidden):
                    person_service.delete(keeper, strong.person_id, "Left", choice)
        assert raw(unit, select(Person.deleted_at).where(Person.id == strong.person_id)) == [None]

    def test_a_persons_log_in_ends_with_them(self, unit):
        login = make_login("incident.role_agent", groups=[make_group()])
        person_service.delete(SYSTEM, login.person_id, "Left", DELETE)
        assert unit.execute(select(User.active).where(User.id == login.user_id)).scalar() is False


class TestBin:
    def test_gives_back_what_it_got(self, unit):
        company = make_company(name="Acme", code="ACME")
        person = make_person(company=company)
        company_service.delete(SYSTEM, company.id, "By mistake", DELETE)
        entry = deleted.find(unit, "company", company.id)
        assert (entry.name, entry.reason, entry.deleted_by_label) == ("Acme", "By mistake", "system")
        assert unit.execute(select(Company.id).where(Company.id == company.id)).first() is None
        make_company(code="OTHER")
        company_service.restore(SYSTEM, company.id)
        assert (company.code, company.deleted_at, person.company_id) == ("ACME", None, company.id)
        assert deleted.find(unit, "company", company.id) is None

    def test_a_value_that_is_anothers_now_is_told(self, unit):
        company = make_company(code="ACME")
        company_service.delete(SYSTEM, company.id, "By mistake", DELETE)
        make_company(code="ACME")
        with pytest.raises(Conflict, match="ACME") as refused:
            company_service.restore(SYSTEM, company.id)
        assert set(refused.value.fields) == {"code"}
        with include_deleted():
            assert raw(unit, select(Company.code).where(Company.id == company.id)) == [None]

    def test_a_group_keeps_its_code_and_is_off_while_it_lies_there(self, unit):
        group = make_group(make_person(), code="network")
        work_group_service.delete(SYSTEM, group.id, "Split", DELETE)
        assert raw(unit, select(WorkGroup.is_active).where(WorkGroup.id == group.id)) == [False]
        make_group(code="network2")
        work_group_service.restore(SYSTEM, group.id)
        assert (group.code, group.is_active) == ("network", True)

    def test_names_are_told_to_those_who_saw_them_before(self, unit):
        company = make_company(name="Acme")
        company_service.delete(SYSTEM, company.id, "Closed", DELETE)
        reader, stranger = make_actor(["company.read"]), make_actor()
        for actor, names in ((reader, {company.id: "Acme"}), (stranger, {})):
            with acting_as(actor):
                assert deleted.names(unit, Company, [company.id], actor) == names


class TestPurge:
    def test_leaves_nothing_but_audit_and_a_name(self, unit):
        company = make_company(name="Acme")
        person = make_person(company=company)
        department = department_service.create(SYSTEM, {"name": "Sales", "company": company})
        attachments.add(unit, company, "a.txt", b"contract")
        tags.replace(unit, company, ["old"])
        with pytest.raises(Conflict):
            company_service.purge(SYSTEM, company.id)
        company_service.delete(SYSTEM, company.id, "Closed", DELETE)
        company_service.purge(SYSTEM, company.id)
        kept = {"audit_entry", "deleted_record"}
        for table in typed_tables():
            for kind, key in typed_columns(table) if table.name not in kept else ():
                assert raw(unit, select(key).where(kind == "company", key == company.id)) == [], table.name
        assert (person.company_id, department.company_id) == (None, None)
        told = {(row.field, row.old, row.new) for row in audit.entries(unit, "person", person.id) if row.field}
        assert ("company_id", "Acme", None) in told
        assert audit.entries(unit, "company", company.id)[0].action == "purge"
        with acting_as(make_actor(["company.read"])) as context:
            assert deleted.names(unit, Company, [company.id], context.actor) == {company.id: "Acme"}

    def test_needs_its_right_and_the_right_to_delete(self, unit):
        company = make_company()
        company_service.delete(SYSTEM, company.id, "Closed", DELETE)
        for rights in (["company.read", "company.delete", "recycle_bin.read"],
                       ["company.read", "recycle_bin.read", "recycle_bin.purge"]):
            actor = make_actor(rights)
            with acting_as(actor), pytest.raises(Forbidden):
                company_service.purge(actor, company.id)
        assert raw(unit, select(Company.id).where(Company.id == company.id)) == [company.id]

    def test_an_incident_goes_with_its_course(self, unit):
        one = incident(caller=make_person())
        incident_service.add_note(SYSTEM, one.id, "Printed nothing", is_public=False)
        incident_service.delete(SYSTEM, one.id, "Twice")
        incident_service.restore(SYSTEM, one.id)
        incident_service.delete(SYSTEM, one.id, "Twice indeed")
        incident_service.purge(SYSTEM, one.id)
        with include_deleted():
            assert raw(unit, select(Incident.id)) == []
        assert raw(unit, select(RecordInterval.id)) == []
