"""Logging and editing incidents: what is filled in, what is derived, what is refused (INC-01, INC-02, INC-13)."""

import pytest
from sqlalchemy import select

from addons.incident import permissions as rights
from addons.incident.models import Incident
from addons.incident.services import incident_service
from addons.incident.tests.incident_helpers import value
from addons.ticket import services
from app.db import include_deleted
from app.organisation.services import department_service, person_service, site_service
from app.records.audit import AuditEntry
from app.records.numbering import NumberSequence
from app.records.picklists import Picklist
from app.records.services import picklist_value_service
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Conflict, Forbidden, InvalidField, MissingFields, NotFound
from tests.support.people import make_actor, make_company, make_person

KINDS = {"incident": "INC", "service_request": "REQ", "query": "QRY", "complaint": "CMP", "change_request": "RFC"}


def audited(unit, incident, field):
    statement = select(AuditEntry.old, AuditEntry.new).where(
        AuditEntry.record_type == "incident", AuditEntry.record_id == incident.id, AuditEntry.field == field)
    return [tuple(row) for row in unit.execute(statement.order_by(AuditEntry.id))]


class TestCreate:
    @pytest.mark.parametrize(("kind", "prefix"), KINDS.items())
    def test_each_kind_has_its_own_numbers(self, desk, kind, prefix):
        numbers = [desk.incident(kind=kind).number for _ in range(3)]
        assert numbers == [f"{prefix}00001", f"{prefix}00002", f"{prefix}00003"]

    def test_a_new_incident(self, desk):
        incident = desk.incident()
        assert (incident.kind, incident.state, incident.state_category) == ("incident", "new", "open")
        assert (incident.reopen_count, incident.transfer_count, incident.is_vip) == (0, 0, False)
        assert (incident.contact_phone, incident.group_id, incident.resolved_at) == ("13800001111", None, None)
        assert (incident.impact.code, incident.urgency.code, incident.priority.code) == ("medium", "medium", "medium")

    def test_with_a_group_it_is_assigned_at_once(self, desk):
        incident = desk.incident(group=desk.other, assignee=desk.specialist)
        assert incident.state == "assigned"
        assert (incident.group_id, incident.assignee_id) == (desk.other.id, desk.specialist.id)
        assert (incident.support_line, incident.transfer_count) == (2, 0)

    @pytest.mark.parametrize("missing", ["title", "caller"])
    def test_needs_title_and_caller(self, unit, desk, missing):
        with pytest.raises(MissingFields) as refused:
            desk.incident(**{missing: None})
        assert set(refused.value.fields) == {"title" if missing == "title" else "caller_id"}
        assert unit.execute(select(Incident.id)).first() is None

    def test_an_unknown_kind_is_refused_and_takes_no_number(self, unit, desk):
        with pytest.raises(InvalidField) as refused:
            desk.incident(kind="wish")
        assert set(refused.value.fields) == {"kind"}
        statement = select(NumberSequence.next_value).where(NumberSequence.code == "incident.incident")
        assert unit.execute(statement).scalar() == 1

    def test_a_kind_without_a_sequence_counts_with_the_incidents(self, unit, desk):
        kinds = unit.execute(select(Picklist.id).where(Picklist.code == "incident.kind")).scalar()
        picklist_value_service.create(SYSTEM, {"picklist": kinds, "code": "praise", "label": {"en": "Praise"}})
        assert desk.incident(kind="praise").number == "INC00001"

    def test_a_value_of_another_list_is_refused(self, desk):
        with pytest.raises(InvalidField) as refused:
            desk.incident(category=value("ticket.priority", "high"))
        assert set(refused.value.fields) == {"category"}

    def test_the_place_is_the_callers_unless_given(self, desk):
        company, other = make_company(name="Acme"), make_company(name="Other")
        department = department_service.create(SYSTEM, {"name": "Sales", "company": company})
        site = site_service.create(SYSTEM, {"name": "Tower 1", "company": company})
        caller = make_person(company=company, department=department, site=site)
        place = desk.incident(caller=caller)
        assert (place.company_id, place.department_id, place.site_id) == (company.id, department.id, site.id)
        assert desk.incident(caller=caller, company=other).company_id == other.id

    @pytest.mark.parametrize(("is_vip", "is_key", "expected"), [
        (False, False, False), (True, False, True), (False, True, True), (True, True, True),
    ])
    def test_vip_is_derived(self, desk, is_vip, is_key, expected):
        caller = make_person(is_vip=is_vip, company=make_company(is_key_customer=is_key))
        assert desk.incident(caller=caller).is_vip is expected
        assert desk.incident(on_behalf_of=caller).is_vip is expected

    def test_vip_cannot_be_set(self, desk):
        with pytest.raises(InvalidField):
            desk.incident(is_vip=True)

    def test_an_offering_belongs_to_its_service(self, desk):
        mail, net = (services.service_service.create(SYSTEM, {"code": code, "name": {"en": code}})
                     for code in ("mail", "net"))
        offering = services.offering_service.create(SYSTEM, {"code": "m1", "name": {"en": "m1"}, "service": mail})
        assert desk.incident(service=mail, offering=offering).offering_id == offering.id
        with pytest.raises(InvalidField) as refused:
            desk.incident(service=net, offering=offering)
        assert set(refused.value.fields) == {"offering"}

    def test_a_customer_calls_for_themselves(self, desk):
        customer = make_actor([rights.INCIDENT_READ, rights.INCIDENT_WRITE], person=desk.caller, user_id=99)
        with acting_as(customer):
            incident = incident_service.create(customer, {"title": "No network"})
            assert (incident.caller_id, incident.channel.code) == (desk.caller.id, "web")
            with pytest.raises(InvalidField) as refused:
                incident_service.create(customer, {"title": "x", "caller": desk.agent_person.id})
            assert set(refused.value.fields) == {"caller"}

    def test_without_the_right_nothing_is_logged(self, unit, desk):
        reader = desk.actor(rights.INCIDENT_WRITE)
        with acting_as(reader), pytest.raises(Forbidden):
            incident_service.create(reader, {"title": "x", "caller": desk.caller.id})
        assert unit.execute(select(Incident.id)).first() is None

    @pytest.mark.parametrize(("typed", "kept"), [
        ("a < b & c", "a < b & c"),
        ("<p>Hi<script>alert(1)</script></p>", "<p>Hi</p>"),
        ('<img src=x onerror="alert(1)">Text', "Text"),
        ('<a href="javascript:alert(1)">x</a>', '<a rel="noopener noreferrer nofollow">x</a>'),
        ('<b onclick="x()">bold</b>', "<b>bold</b>"),
    ])
    def test_the_description_is_sanitised(self, desk, typed, kept):
        assert desk.incident(description=typed).description == kept


class TestUpdate:
    def test_each_changed_field_is_audited_once(self, unit, desk):
        incident = desk.incident()
        incident_service.update(SYSTEM, incident.id, {"title": "Printer on fire", "contact_phone": "13800001111"})
        assert audited(unit, incident, "title") == [("Printer jam", "Printer on fire")]
        assert audited(unit, incident, "contact_phone") == []

    def test_a_new_caller_brings_a_new_place(self, desk):
        incident = desk.incident()
        company = make_company()
        incident_service.update(SYSTEM, incident.id, {"caller": make_person(company=company, is_vip=True)})
        assert (incident.company_id, incident.is_vip) == (company.id, True)

    def test_a_stale_version_is_refused(self, desk):
        incident = desk.incident()
        seen = incident.version
        incident_service.update(SYSTEM, incident.id, {"title": "First"}, seen)
        with pytest.raises(Conflict):
            incident_service.update(SYSTEM, incident.id, {"title": "Second"}, seen)
        assert incident.title == "First"

    @pytest.mark.parametrize("state", ["closed", "cancelled"])
    def test_what_is_over_cannot_be_edited(self, desk, state):
        incident = desk.incident_in(state)
        with pytest.raises(Conflict) as refused:
            incident_service.update(SYSTEM, incident.id, {"title": "Other"})
        assert (set(refused.value.fields), incident.title) == ({"title"}, "Printer jam")

    def test_resolved_locks_what_the_clock_reads(self, desk):
        incident = desk.incident_in("resolved")
        with pytest.raises(Conflict) as refused:
            incident_service.update(SYSTEM, incident.id, {"impact": value("ticket.impact", "high")})
        assert set(refused.value.fields) == {"impact_id"}
        incident_service.update(SYSTEM, incident.id, {"title": "Jam of paper"})
        assert incident.title == "Jam of paper"

    def test_a_new_group_is_a_step_with_its_reason(self, desk):
        incident = desk.incident(group=desk.group)
        with pytest.raises(InvalidField) as refused:
            incident_service.update(SYSTEM, incident.id, {"group": desk.other})
        assert (set(refused.value.fields), incident.group_id) == ({"reason"}, desk.group.id)
        incident_service.update(SYSTEM, incident.id, {"group": desk.other, "reason": "Theirs"})
        assert (incident.group_id, incident.transfer_count) == (desk.other.id, 1)

    def test_the_state_cannot_be_set(self, desk):
        incident = desk.incident()
        for name, wanted in (("state", "closed"), ("number", "INC9"), ("transfer_count", 0), ("type", "problem")):
            with pytest.raises(InvalidField) as refused:
                incident_service.update(SYSTEM, incident.id, {name: wanted})
            assert set(refused.value.fields) == {name}

    def test_what_one_does_not_see_does_not_exist(self, desk):
        incident = desk.incident()
        stranger = make_actor([rights.INCIDENT_READ, rights.INCIDENT_WRITE], person=person_service.create(
            SYSTEM, {"name": "Stranger"}), user_id=5)
        with acting_as(stranger), pytest.raises(NotFound):
            incident_service.update(stranger, incident.id, {"title": "x"})
        assert incident.title == "Printer jam"


class TestDelete:
    def test_needs_the_right_and_a_reason(self, desk):
        incident = desk.incident()
        with acting_as(desk.agent), pytest.raises(Forbidden):
            incident_service.delete(desk.agent, incident.id, "Twice")
        with pytest.raises(MissingFields) as refused:
            incident_service.delete(SYSTEM, incident.id, "  ")
        assert (set(refused.value.fields), incident.deleted_at) == ({"reason"}, None)

    def test_is_soft_and_audited(self, unit, desk):
        incident = desk.incident()
        incident_service.delete(SYSTEM, incident.id, "Logged twice")
        assert unit.execute(select(Incident.id)).first() is None
        with include_deleted():
            assert unit.execute(select(Incident.id)).scalar() == incident.id
        assert audited(unit, incident, "reason") == [(None, "Logged twice")]
        with pytest.raises(NotFound):
            incident_service.update(SYSTEM, incident.id, {"title": "x"})
