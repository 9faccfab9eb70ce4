"""Priority by the matrix, and overriding it with right and reason."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from addons.incident.permissions import INCIDENT_OVERRIDE_PRIORITY
from addons.incident.services import incident_service
from addons.incident.tests.incident_helpers import AGENT_RIGHTS, value
from addons.ticket.models import PriorityRule
from addons.ticket.services import priority_rule_service
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Conflict, InvalidField

LEVELS = ("high", "medium", "low")
PRIORITIES = ("critical", "high", "medium", "low")
MATRIX = {
    ("high", "high"): "critical", ("high", "medium"): "high", ("high", "low"): "medium",
    ("medium", "high"): "high", ("medium", "medium"): "medium", ("medium", "low"): "low",
    ("low", "high"): "medium", ("low", "medium"): "low", ("low", "low"): "low",
}


def levels(impact, urgency):
    return {"impact": value("ticket.impact", impact), "urgency": value("ticket.urgency", urgency)}


def test_every_cell_of_the_shipped_matrix(desk):
    got = {}
    for impact, urgency in itertools.product(LEVELS, LEVELS):
        incident = desk.incident(**levels(impact, urgency))
        got[impact, urgency] = incident.priority.code
        assert incident.is_priority_overridden is False
    assert got == MATRIX


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.fixed_dictionaries({key: st.sampled_from(PRIORITIES) for key in MATRIX}),
       at=st.sampled_from(sorted(MATRIX)))
def test_whatever_the_matrix_says_holds_for_new_assessments(unit, desk, cells, at):
    old = desk.incident(**levels(*at))
    was = old.priority_id
    for rule in unit.execute(select(PriorityRule)).scalars().all():
        wanted = value("ticket.priority", cells[rule.impact.code, rule.urgency.code])
        priority_rule_service.update(SYSTEM, rule.id, {"priority": wanted})
    assert desk.incident(**levels(*at)).priority_id == value("ticket.priority", cells[at])
    assert old.priority_id == was


def test_a_cell_is_changed_not_deleted(unit, desk):
    rule = unit.execute(select(PriorityRule).limit(1)).scalar_one()
    with pytest.raises(Conflict):
        priority_rule_service.delete(SYSTEM, rule.id)
    with pytest.raises(InvalidField) as refused:
        priority_rule_service.update(SYSTEM, rule.id, {"priority": value("ticket.impact", "high")})
    assert set(refused.value.fields) == {"priority"}


class TestOverride:
    def test_needs_right_and_reason(self, desk):
        incident, critical = desk.incident(), value("ticket.priority", "critical")
        with acting_as(desk.agent), pytest.raises(InvalidField) as refused:
            incident_service.update(desk.agent, incident.id, {"priority": critical, "priority_reason": "CEO"})
        assert (set(refused.value.fields), incident.priority.code) == ({"priority"}, "medium")

    def test_with_right_but_without_reason(self, desk):
        incident, critical = desk.incident(), value("ticket.priority", "critical")
        manager = desk.actor(rights=(*AGENT_RIGHTS, INCIDENT_OVERRIDE_PRIORITY))
        with acting_as(manager):
            with pytest.raises(InvalidField) as refused:
                incident_service.update(manager, incident.id, {"priority": critical})
            assert set(refused.value.fields) == {"priority_reason"}
            incident_service.update(manager, incident.id, {"priority": critical, "priority_reason": "CEO"})
        assert (incident.priority_id, incident.is_priority_overridden) == (critical, True)

    def test_stays_until_impact_or_urgency_change(self, desk):
        incident = desk.incident()
        incident_service.update(SYSTEM, incident.id, {
            "priority": value("ticket.priority", "critical"), "priority_reason": "CEO"})
        incident_service.update(SYSTEM, incident.id, {"title": "Other"})
        assert incident.priority_id == value("ticket.priority", "critical")
        incident_service.update(SYSTEM, incident.id, {"urgency": value("ticket.urgency", "low")})
        assert (incident.priority_id, incident.is_priority_overridden) == (value("ticket.priority", "low"), False)

    def test_is_taken_back_with_what_the_matrix_says(self, desk):
        incident = desk.incident()
        incident_service.update(SYSTEM, incident.id, {
            "priority": value("ticket.priority", "critical"), "priority_reason": "CEO"})
        incident_service.update(SYSTEM, incident.id, {"priority": value("ticket.priority", "medium")})
        assert (incident.priority_id, incident.is_priority_overridden) == (value("ticket.priority", "medium"), False)
