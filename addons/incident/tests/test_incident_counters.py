"""The counters of transfers and reopenings say what the intervals say, whatever happened."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from addons.incident.services import incident_service
from addons.incident.workflow import INCIDENT
from addons.ticket.models import Ticket
from addons.ticket.services import counters
from app.db import past_audit
from app.organisation.services import work_group_service
from app.sdk.actor import SYSTEM
from app.sdk.errors import BusinessError

ACTIONS = st.sampled_from(["assign", "transfer", "start", "hold", "resume", "resolve", "close", "reopen", "cancel"])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=st.lists(st.tuples(ACTIONS, st.booleans()), max_size=12))
def test_after_any_course_of_steps(unit, desk, actions):
    # Solved, it is back at the desk that owns it, and from there it returns to whoever worked on it.
    work_group_service.update(SYSTEM, desk.group.id, {"is_service_desk": True})
    incident, transfers, reopenings = desk.incident(), 0, 0
    for action, to_other in actions:
        group = desk.other.id if to_other else desk.group.id
        values = desk.values_of(action)
        if action in ("assign", "transfer"):
            values = {"group": group, "reason": "x"}
        before = incident.group_id
        try:
            incident_service.transition(SYSTEM, incident.id, action, values)
        except BusinessError:
            continue
        transfers += action in ("assign", "transfer") and before is not None and incident.group_id != before
        reopenings += action == "reopen"
        assert incident.state not in ("resolved", "closed") or incident.group_id == desk.group.id
    assert (incident.transfer_count, incident.reopen_count) == (transfers, reopenings)
    assert list(counters.differences(unit)) == []


def test_a_wrong_counter_is_found_and_mended(unit, desk):
    incident = desk.incident_in("closed")
    incident_service.transition(SYSTEM, incident.id, "reopen", {"reason": "x"})
    with past_audit("made wrong by the test"):
        unit.connection().execute(update(Ticket.__table__).values(transfer_count=7, reopen_count=0))
    wrong = list(counters.differences(unit))
    assert [(one.number, one.stored, one.counted) for one in wrong] == [(incident.number, (7, 0), (0, 1))]
    counters.mend(unit, wrong)
    assert list(counters.differences(unit)) == []


@pytest.mark.parametrize(("rows", "expected"), [
    ([], (0, 0)), ([("new", None)], (0, 0)), ([("new", None), ("assigned", 1)], (0, 0)),
    ([("assigned", 1), ("assigned", 2), ("pending", 2), ("assigned", 1)], (2, 0)),
    ([("assigned", 1), ("new", None), ("assigned", 2)], (1, 0)),
    ([("resolved", 1), ("closed", 1), ("assigned", 1), ("resolved", 1), ("pending", 1)], (0, 2)),
    ([("resolved", 1), ("cancelled", 1)], (0, 0)),
])
def test_counting(rows, expected):
    assert counters.count(rows, {state.code: state.category for state in INCIDENT.states}) == expected
