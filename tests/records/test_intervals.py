"""Intervals: at every moment exactly one, and together as long as the record's life."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addons.incident.services import incident_service
from app.records.intervals import intervals
from app.sdk import clock
from app.sdk.actor import SYSTEM
from app.sdk.errors import BusinessError
from tests.support.people import make_group, make_person

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
STEPS = ["assign", "transfer", "pick", "start", "wait", "resume", "resolve", "reopen", "close", "cancel", "touch"]


@pytest.fixture
def groups(unit):
    return [make_group(make_person(), make_person(), code=f"interval_{number}") for number in range(2)]


def step(ticket, action, groups, choice):
    values = {"reason": "because", "solution": "done", "pending_reason": "customer"}
    if action == "touch":
        incident_service.update(SYSTEM, ticket.id, {"title": f"title {choice}"})
        return
    if action in ("assign", "transfer"):
        values["group"] = groups[choice % 2].id
    asked = set(next((t.asks for t in incident_service.workflow.transitions if t.action == action), ()))
    wanted = {name: value for name, value in values.items() if name in asked or name in ("reason", "group")}
    incident_service.transition(SYSTEM, ticket.id, action, wanted)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 5000), st.integers(0, 1)), max_size=12))
def test_they_never_overlap_and_sum_to_the_record_s_life(unit, groups, walk):
    with time_machine.travel(START, tick=False) as time:
        ticket = incident_service.create(SYSTEM, {"title": "x", "kind": "incident", "caller": make_person().id})
        seen = [(ticket.state, ticket.pending_reason, ticket.group_id, ticket.assignee_id)]
        for action, seconds, choice in walk:
            time.shift(timedelta(seconds=seconds))
            savepoint = unit.begin_nested()
            try:
                step(ticket, action, groups, choice)
                savepoint.commit()
            except BusinessError:
                savepoint.rollback()
            now = (ticket.state, ticket.pending_reason, ticket.group_id, ticket.assignee_id)
            if now != seen[-1]:
                seen.append(now)
        time.shift(timedelta(seconds=60))
        found = intervals(unit, "incident", ticket.id)
        assert found[0].started_at == START
        assert [interval.ended_at for interval in found[:-1]] == [interval.started_at for interval in found[1:]]
        assert found[-1].ended_at is None
        assert all(interval.started_at <= (interval.ended_at or clock.now()) for interval in found)
        lasted = sum(((interval.ended_at or clock.now()) - interval.started_at for interval in found), timedelta())
        assert lasted == clock.now() - START
        holders = [(i.state, i.pending_reason, i.group_id, i.assignee_id) for i in found]
        assert holders == seen


def test_an_interval_says_why_it_began(unit, groups):
    ticket = incident_service.create(SYSTEM, {"title": "x", "kind": "incident", "group": groups[0].id,
                                              "caller": make_person().id})
    incident_service.transition(SYSTEM, ticket.id, "transfer", {"group": groups[1].id, "reason": "network is theirs"})
    last = intervals(unit, "incident", ticket.id)[-1]
    assert (last.group_id, last.reason, last.actor_label) == (groups[1].id, "network is theirs", "system")


def test_a_change_of_something_else_begins_none(unit, groups):
    ticket = incident_service.create(SYSTEM, {"title": "x", "kind": "incident", "caller": make_person().id})
    before = len(intervals(unit, "incident", ticket.id))
    incident_service.update(SYSTEM, ticket.id, {"title": "y"})
    assert len(intervals(unit, "incident", ticket.id)) == before
