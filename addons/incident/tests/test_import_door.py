"""The door of history: the rules of the live service hold for it, and what it writes is what the desk would write."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.services.incident import incident_service
from addons.ticket.events import TicketsBroughtIn
from addons.ticket.services.history import TicketHistoryService, actions
from app.db import unit_of_work
from app.records import audit, intervals, timeline
from app.records.history import History, Step
from app.records.lists import by_code
from app.sdk import events
from app.sdk.actor import SYSTEM, Actor, acting_as
from app.sdk.errors import BusinessError, Forbidden, InvalidField, MissingFields
from tests.support.people import make_group, make_person

START = datetime(2020, 1, 6, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def team(unit):
    """A caller, an agent in a group, and a second group."""
    caller, agent = make_person(name="Caller"), make_person(name="Agent")
    return {"caller": caller, "agent": agent, "first": make_group(agent), "second": make_group(support_line=2)}


@pytest.fixture
def door(unit, team):
    """The door, made once its names are there."""
    return TicketHistoryService(unit, incident_service, "test")


def history(session, team, *steps, **values):
    """Return the history of a small incident."""
    given = {
        "kind": "incident", "title": "Printer", "state": "new", "opened_at": START, "caller_id": team["caller"].id,
        "impact_id": by_code(session, "ticket.impact", "medium").id,
        "urgency_id": by_code(session, "ticket.urgency", "medium").id,
        "priority_id": by_code(session, "ticket.priority", "medium").id, **values,
    }
    return History("X1", START, "somebody", given, list(steps), "print")


def bring_in(session, door, one):
    (key,) = door.write(session, [door.prepare(one)])
    return session.execute(select(Incident).where(Incident.id == key)).scalar_one()


class TestWhatItWrites:
    def test_row_intervals_timeline_and_audit_with_their_own_times(self, unit, team, door):
        first, second, agent = team["first"], team["second"], team["agent"]
        with acting_as(SYSTEM, via="import", cause="test"):
            found = bring_in(unit, door, history(
                unit, team,
                Step(START + HOUR, "a", {"state": "in_progress", "group_id": first.id, "assignee_id": agent.id}),
                Step(START + 2 * HOUR, "b", {"group_id": second.id, "assignee_id": None}, reason="not ours"),
                Step(START + 3 * HOUR, "c", {"title": "Printer on floor 3"}, data={"more": 1}),
            ))

        assert (found.number, found.state) == ("INC00001", "in_progress")
        assert (found.group_id, found.support_line) == (second.id, 2)
        assert (found.created_at, found.updated_at, found.version) == (START, START + 3 * HOUR, 1)
        stretches = [(row.state, row.group_id, row.started_at, row.ended_at, row.actor_label, row.reason)
                     for row in intervals.intervals(unit, "incident", found.id)]
        assert stretches == [
            ("new", None, START, START + HOUR, "somebody", None),
            ("in_progress", first.id, START + HOUR, START + 2 * HOUR, "a", None),
            ("in_progress", second.id, START + 2 * HOUR, None, "b", "not ours"),
        ]
        told = timeline.entries(unit, "incident", found.id)[::-1]
        assert [(row.kind, row.actor_label, row.at - START) for row in told] == [
            ("transition", "a", HOUR), ("transition", "b", 2 * HOUR), ("system", "c", 3 * HOUR)]
        assert [row.data.get("action") for row in told] == ["assign", "transfer", None]
        assert told[1].body == "not ours"
        changes = audit.entries(unit, "incident", found.id)[::-1]
        assert (changes[0].action, changes[0].new["number"], changes[0].at) == ("create", "INC00001", START)
        assert {row.via for row in changes} == {"import"}
        assert ("title", "Printer", "Printer on floor 3", "c") in [
            (row.field, row.old, row.new, row.actor_label) for row in changes]

    def test_the_desk_goes_on_from_there(self, unit, team, door):
        found = bring_in(unit, door, history(
            unit, team, Step(START + HOUR, "a", {"state": "assigned", "group_id": team["first"].id})))

        incident_service.transition(SYSTEM, found.id, "start", {})
        fresh = incident_service.create(SYSTEM, {"title": "Next", "caller": team["caller"]})

        assert fresh.number == "INC00002"
        assert [row.state for row in intervals.intervals(unit, "incident", found.id)] == [
            "new", "assigned", "in_progress"]
        assert sum(row.ended_at is None for row in intervals.intervals(unit, "incident", found.id)) == 1

    def test_a_caller_brings_company_and_vip(self, unit, team):
        team["caller"].is_vip = True
        unit.flush()

        found = bring_in(unit, TicketHistoryService(unit, incident_service, "test"), history(unit, team))

        assert found.is_vip

    def test_rich_text_is_made_harmless(self, unit, team, door):
        found = bring_in(unit, door, history(
            unit, team, Step(START + HOUR, "a", {"solution": "<b>New</b><script>alert(1)</script>"}),
            description="<img src=x>"))

        assert "script" not in found.solution
        assert "<b>New</b>" in found.solution
        assert "src" not in (found.description or "")

    def test_tells_those_who_keep_something_derived(self, unit, team, door, monkeypatch):
        told = []
        monkeypatch.setattr("addons.ticket.services.history.announce", told.append)

        found = bring_in(unit, door, history(unit, team))

        assert told == [TicketsBroughtIn("incident", (found.id,))]
        assert issubclass(TicketsBroughtIn, events.Event)


class TestWhatItRefuses:
    def test_a_value_of_another_list(self, unit, team, door):
        wrong = by_code(unit, "ticket.urgency", "medium").id
        with pytest.raises(InvalidField) as refused:
            door.prepare(history(unit, team, impact_id=wrong))
        assert set(refused.value.fields) == {"impact"}

    @pytest.mark.parametrize(("name", "value"), [
        ("state", "lost"), ("pending_reason", "lunch"), ("kind", "wish"), ("group_id", 10**6)])
    def test_an_unknown_value(self, unit, team, door, name, value):
        with pytest.raises(InvalidField):
            door.prepare(history(unit, team, Step(START, "a", {name: value})))

    def test_an_assignee_who_is_not_in_the_group(self, unit, team, door):
        with pytest.raises(InvalidField) as refused:
            door.prepare(history(unit, team, Step(
                START, "a", {"group_id": team["second"].id, "assignee_id": team["agent"].id})))
        assert set(refused.value.fields) == {"assignee"}

    def test_a_resolved_end_without_its_code_unless_the_source_does_not_tell(self, unit, team, door):
        step = Step(START, "a", {"state": "resolved"})
        with pytest.raises(MissingFields) as refused:
            door.prepare(history(unit, team, step))
        assert set(refused.value.fields) == {"resolution_code_id", "solution"}

        told = history(unit, team, step)
        told.unknown = frozenset({"resolution_code_id", "solution"})
        assert bring_in(unit, door, told).state == "resolved"

    def test_an_open_end_in_a_closed_group(self, unit, team):
        team["first"].is_active = False
        unit.flush()
        door = TicketHistoryService(unit, incident_service, "test")
        step = Step(START, "a", {"state": "assigned", "group_id": team["first"].id})
        with pytest.raises(InvalidField):
            door.prepare(history(unit, team, step))

    def test_steps_that_are_not_in_order(self, unit, team, door):
        with pytest.raises(BusinessError):
            door.prepare(history(unit, team, Step(START - HOUR, "a")))

    def test_somebody_without_the_right(self, context):
        with unit_of_work() as session, acting_as(Actor(1, "reader", permissions=frozenset({"incident.read"}))), \
                pytest.raises(Forbidden):
            TicketHistoryService(session, incident_service, "test")


@pytest.mark.parametrize(("source", "target", "action"), [
    ("new", "in_progress", "pick"), ("new", "resolved", "resolve"), ("resolved", "in_progress", "reopen"),
    ("closed", "pending", "reopen"), ("pending", "closed", "close"), ("in_progress", "pending", "hold"),
])
def test_a_step_is_told_as_the_action_with_the_same_end(source, target, action):
    assert actions(incident_service.workflow)(source, target) == action
