"""Assign, pick, transfer: who holds an incident, with a reason where it crosses group or line (INC-07)."""

import pytest

from addons.incident.services import incident_service
from addons.ticket.events import TicketAssigned
from app.organisation.services import person_service, work_group_service
from app.records.intervals import bounces, intervals
from app.sdk import events
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Conflict, InvalidField, MissingFields
from tests.support.people import add_member, make_actor, make_group


def step(desk, incident, action, **values):
    return incident_service.transition(SYSTEM, incident.id, action, values)


class TestAssign:
    def test_needs_a_group(self, desk):
        incident = desk.incident()
        with pytest.raises(MissingFields) as refused:
            step(desk, incident, "assign")
        assert (set(refused.value.fields), incident.state) == ({"group_id"}, "new")

    def test_only_to_a_member_of_the_group(self, desk):
        incident = desk.incident()
        with pytest.raises(InvalidField) as refused:
            step(desk, incident, "assign", group=desk.group, assignee=desk.specialist)
        assert set(refused.value.fields) == {"assignee"}
        assert (incident.state, incident.group_id, incident.assignee_id) == ("new", None, None)

    def test_not_to_somebody_who_left(self, desk):
        person_service.update(SYSTEM, desk.agent_person.id, {"is_active": False})
        with pytest.raises(InvalidField):
            desk.incident(group=desk.group, assignee=desk.agent_person)

    def test_not_to_a_group_that_is_off(self, desk):
        incident = desk.incident()
        work_group_service.update(SYSTEM, desk.other.id, {"is_active": False})
        with pytest.raises(InvalidField) as refused:
            step(desk, incident, "assign", group=desk.other)
        assert set(refused.value.fields) == {"group"}

    def test_another_group_drops_the_assignee_and_wants_a_reason(self, desk):
        incident = desk.incident(group=desk.group, assignee=desk.agent_person)
        with pytest.raises(InvalidField) as refused:
            step(desk, incident, "assign", group=desk.other)
        assert (set(refused.value.fields), incident.group_id) == ({"reason"}, desk.group.id)
        step(desk, incident, "assign", group=desk.other, reason="Theirs")
        assert (incident.group_id, incident.assignee_id, incident.support_line) == (desk.other.id, None, 2)

    def test_within_the_group_needs_no_reason_and_counts_nothing(self, desk):
        incident = desk.incident(group=desk.group)
        step(desk, incident, "assign", assignee=desk.agent_person)
        assert (incident.assignee_id, incident.transfer_count) == (desk.agent_person.id, 0)

    def test_another_line_of_the_same_group_wants_a_reason(self, desk):
        incident = desk.incident(group=desk.group)
        work_group_service.update(SYSTEM, desk.group.id, {"support_line": 3})
        with pytest.raises(InvalidField):
            step(desk, incident, "assign", assignee=desk.agent_person)
        step(desk, incident, "assign", assignee=desk.agent_person, reason="The group moved to the third line")
        assert (incident.support_line, incident.transfer_count) == (3, 0)


class TestPick:
    def test_takes_an_incident_without_group(self, desk):
        incident = desk.incident()
        with acting_as(desk.agent):
            incident_service.transition(desk.agent, incident.id, "pick", {})
        assert (incident.state, incident.group_id, incident.assignee_id) == (
            "in_progress", desk.group.id, desk.agent_person.id)

    @pytest.mark.parametrize("who", ["stranger", "nobody"])
    def test_not_from_outside_the_group(self, desk, who):
        incident = desk.incident(group=desk.other)
        actor = desk.agent if who == "stranger" else make_actor(desk.agent.permissions, user_id=3)
        refused = incident_service.why_not(actor, incident, "pick")
        assert refused is not None
        with acting_as(actor), pytest.raises(Conflict) as raised:
            incident_service.transition(actor, incident.id, "pick", {})
        assert (raised.value.message, incident.state, incident.assignee_id) == (refused, "assigned", None)


class TestTransfer:
    def test_leaves_its_trace(self, unit, desk):
        incident = desk.incident(group=desk.group, assignee=desk.agent_person)
        step(desk, incident, "transfer", group=desk.other, reason="Switch is down")
        rows = intervals(unit, "incident", incident.id)
        assert [(row.state, row.group_id, row.assignee_id, row.reason) for row in rows] == [
            ("new", None, None, None), ("assigned", desk.group.id, desk.agent_person.id, None),
            ("assigned", desk.other.id, None, "Switch is down"),
        ]
        assert [row.ended_at for row in rows[:-1]] == [row.started_at for row in rows[1:]]
        assert rows[-1].ended_at is None

    def test_counts_transfers_and_bounces(self, unit, desk):
        third = make_group()
        incident = desk.incident(group=desk.group)
        for group in (desk.other, desk.group, third, desk.other):
            step(desk, incident, "transfer", group=group, reason="x")
        assert incident.transfer_count == 4
        assert bounces(intervals(unit, "incident", incident.id)) == 2

    def test_clears_the_pending_reason(self, desk):
        incident = desk.incident_in("pending")
        step(desk, incident, "transfer", group=desk.other, reason="x")
        assert (incident.state, incident.pending_reason) == ("assigned", None)

    @pytest.mark.parametrize("reason", [None, "", "   "])
    def test_never_without_a_reason(self, desk, reason):
        incident = desk.incident(group=desk.group)
        with pytest.raises(MissingFields):
            step(desk, incident, "transfer", group=desk.other, reason=reason)
        assert (incident.group_id, incident.transfer_count) == (desk.group.id, 0)

    def test_back_to_somebody_in_particular(self, desk):
        add_member(desk.other, desk.agent_person)
        incident = desk.incident(group=desk.group)
        step(desk, incident, "transfer", group=desk.other, assignee=desk.agent_person, reason="x")
        assert incident.assignee_id == desk.agent_person.id


def test_a_change_of_holder_is_announced(desk):
    heard = []
    events.subscribe(TicketAssigned, heard.append)
    try:
        incident = desk.incident(group=desk.group)
        step(desk, incident, "start")
        step(desk, incident, "transfer", group=desk.other, reason="x")
    finally:
        events._listeners[TicketAssigned] = [one for one in events._listeners[TicketAssigned]
                                             if one.handler != heard.append]
    assert heard == [TicketAssigned("incident", incident.id, desk.group.id, None, action="assign"),
                     TicketAssigned("incident", incident.id, desk.other.id, None, former_group_id=desk.group.id,
                                    action="transfer")]


