"""The life cycle as a table: every action in every state, possible or not, and where it leads (INC-03, INC-04)."""

import pytest
from sqlalchemy import func, select

from addons.incident.permissions import PERMISSIONS
from addons.incident.services import incident_service
from addons.incident.tests.incident_helpers import PATHS
from addons.incident.workflow import INCIDENT, IncidentState
from app.records.audit import AuditEntry
from app.records.intervals import RecordInterval
from app.records.timeline import TimelineEntry
from app.sdk.actor import acting_as
from app.sdk.errors import Conflict, Forbidden
from app.sdk.workflow import ALL, CLOSED, OPEN, PAUSED, RESOLVED

# What is not named here is impossible in that state.
TABLE: dict[str, dict[str, str]] = {
    "new": {"pick": "in_progress", "assign": "assigned", "cancel": "cancelled"},
    "assigned": {"pick": "in_progress", "assign": "assigned", "start": "in_progress", "transfer": "assigned",
                 "hold": "pending", "resolve": "resolved", "cancel": "cancelled"},
    "in_progress": {"assign": "assigned", "transfer": "assigned", "hold": "pending", "resolve": "resolved",
                    "cancel": "cancelled"},
    "pending": {"transfer": "assigned", "resume": "in_progress", "resolve": "resolved", "cancel": "cancelled"},
    "resolved": {"close": "closed", "reopen": "assigned"},
    "closed": {"reopen": "assigned"},
    "cancelled": {},
}
ACTIONS = ("pick", "assign", "start", "transfer", "hold", "resume", "resolve", "close", "reopen", "cancel")
# Told of in test_incident_life: what is the desk's or the caller's alone, and what happens of its own accord; merging
# in test_merging_incidents.
ELSEWHERE = {"tell", "confirm", "answer", "answer_assigned", "expire", "merge"}
RIGHTS = {
    "pick": "write", "assign": "assign", "start": "write", "transfer": "transfer", "hold": "write", "resume": "write",
    "resolve": "resolve", "close": "close", "reopen": "reopen", "cancel": "cancel",
}


def counts(unit, incident):
    of = {model: select(func.count()).select_from(model).where(model.record_type == "incident",
                                                               model.record_id == incident.id)
          for model in (AuditEntry, RecordInterval, TimelineEntry)}
    return {model.__tablename__: unit.execute(statement).scalar() for model, statement in of.items()}


def test_the_table_is_complete():
    assert set(TABLE) == {state.value for state in IncidentState} == set(PATHS)
    assert {*ACTIONS, *ELSEWHERE} == {step.action for step in INCIDENT.transitions}
    assert {state.code: state.category for state in INCIDENT.states} == {
        "new": OPEN, "assigned": OPEN, "in_progress": OPEN, "pending": PAUSED, "resolved": RESOLVED, "closed": CLOSED,
        "cancelled": CLOSED,
    }
    assert {state.code for state in INCIDENT.states if state.read_only == ALL} == {"closed", "cancelled"}


@pytest.mark.parametrize("state", TABLE)
def test_every_action_in_a_state(unit, desk, state):
    for action in ACTIONS:
        target = TABLE[state].get(action)
        incident = desk.incident_in(state)
        before = counts(unit, incident)
        offered = {step.action for step in INCIDENT.steps(state) if not step.is_hidden}
        assert (action in offered) is (target is not None)
        with acting_as(desk.agent):
            if target is None:
                with pytest.raises(Conflict) as refused:
                    incident_service.transition(desk.agent, incident.id, action, desk.values_of(action))
                assert (refused.value.code, refused.value.http_status) == ("incident.no_such_step", 409)
                assert (incident.state, counts(unit, incident)) == (state, before), action
                continue
            incident_service.transition(desk.agent, incident.id, action, desk.values_of(action))
        assert (incident.state, incident.state_category) == (target, INCIDENT.category(target)), action
        after = counts(unit, incident)
        assert after["timeline_entry"] == before["timeline_entry"] + 1
        moved = (state, action) != ("assigned", "assign")
        assert (after["record_interval"] - before["record_interval"], after["audit_entry"] > before["audit_entry"]) == (
            int(moved), moved), action


def test_each_step_needs_its_own_right(unit, desk):
    for action in ACTIONS:
        needed = next(right for right in PERMISSIONS if right.key == f"incident.{RIGHTS[action]}")
        state = next(state for state, row in TABLE.items() if action in row)
        incident = desk.incident_in(state)
        before = counts(unit, incident)
        somebody = desk.actor(needed)
        with acting_as(somebody), pytest.raises(Forbidden):
            incident_service.transition(somebody, incident.id, action, desk.values_of(action))
        assert (incident.state, counts(unit, incident)) == (state, before), action


def test_the_category_is_stored_with_the_state(unit, desk):
    for state in TABLE:
        assert desk.incident_in(state).state_category == INCIDENT.category(state)
