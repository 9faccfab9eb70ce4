"""Hold, resolve, close, reopen, cancel: what each wants and what it sets."""

import pytest

from addons.incident.services import incident_service
from addons.incident.tests.incident_helpers import value
from addons.incident.workflow import INCIDENT
from app.records.intervals import intervals
from app.records.services import workflow_override_service
from app.records.timeline import entries
from app.sdk.actor import SYSTEM
from app.sdk.errors import Conflict, InvalidField, MissingFields


def step(incident, action, **values):
    return incident_service.transition(SYSTEM, incident.id, action, values)


def test_hold_wants_a_reason_of_the_list(desk):
    incident = desk.incident_in("assigned")
    for given, wrong in (({}, MissingFields), ({"pending_reason": ""}, MissingFields),
                         ({"pending_reason": "holiday"}, InvalidField)):
        with pytest.raises(wrong) as refused:
            step(incident, "hold", **given)
        assert (set(refused.value.fields), incident.state) == ({"pending_reason"}, "assigned")
    step(incident, "hold", pending_reason="supplier", reason="Part ordered")
    assert (incident.state, incident.state_category, incident.pending_reason) == ("pending", "paused", "supplier")
    step(incident, "resume")
    assert (incident.state, incident.pending_reason) == ("in_progress", None)


def test_resolve_wants_solution_and_code(desk):
    incident = desk.incident_in("in_progress")
    code = value("incident.resolution_code", "workaround")
    for given, missing in (({}, {"solution", "resolution_code_id"}), ({"solution": "x"}, {"resolution_code_id"}),
                           ({"resolution_code": code, "solution": " "}, {"solution"})):
        with pytest.raises(MissingFields) as refused:
            step(incident, "resolve", **given)
        assert (set(refused.value.fields), incident.state, incident.resolved_at) == (missing, "in_progress", None)
    with pytest.raises(InvalidField) as refused:
        step(incident, "resolve", solution="x", resolution_code=value("incident.cause_code", "network"))
    assert set(refused.value.fields) == {"resolution_code"}
    step(incident, "resolve", solution="<p>Done<script>x</script></p>", resolution_code=code)
    assert (incident.state, incident.solution, incident.resolution_code_id) == ("resolved", "<p>Done</p>", code)
    assert incident.resolved_at is not None
    assert incident.closed_at is None


@pytest.mark.parametrize("state", ["resolved", "closed"])
def test_reopen_goes_back_to_the_last_group_and_counts(desk, state):
    incident = desk.incident_in(state)
    with pytest.raises(MissingFields):
        step(incident, "reopen")
    step(incident, "reopen", reason="Jams again")
    assert (incident.state, incident.group_id, incident.reopen_count) == ("assigned", desk.group.id, 1)
    assert (incident.resolved_at, incident.closed_at) == (None, None)
    step(incident, "resolve", **desk.values_of("resolve"))
    step(incident, "reopen", reason="And again")
    assert incident.reopen_count == 2


def test_close_and_cancel_end_it(desk):
    closed, cancelled = desk.incident_in("closed"), desk.incident_in("cancelled")
    assert closed.closed_at >= closed.resolved_at
    assert (cancelled.closed_at is not None, cancelled.resolved_at) == (True, None)


def test_a_step_takes_only_the_fields_it_asks_for(desk):
    incident = desk.incident_in("assigned")
    with pytest.raises(InvalidField) as refused:
        step(incident, "start", title="Other")
    assert (set(refused.value.fields), incident.title, incident.state) == ({"title"}, "Printer jam", "assigned")


def test_a_step_from_a_stale_page_is_refused(desk):
    incident = desk.incident_in("assigned")
    seen = incident.version
    step(incident, "start")
    with pytest.raises(Conflict):
        incident_service.transition(SYSTEM, incident.id, "assign", desk.values_of("assign"), seen)
    assert incident.state == "in_progress"


def test_each_step_is_in_the_timeline(unit, desk):
    incident = desk.incident_in("assigned")
    step(incident, "transfer", group=desk.other.id, reason="Network fault")
    latest = entries(unit, "incident", incident.id)[0]
    assert (latest.kind, latest.body, latest.is_public) == ("transition", "Network fault", False)
    assert latest.data == {"action": "transfer", "source": "assigned", "target": "assigned",
                           "group_id": desk.other.id, "assignee_id": None}


class TestStatesAsNamed:
    def test_a_state_is_shown_as_the_administrator_names_it(self, desk):
        workflow_override_service.create(SYSTEM, {
            "workflow": "incident", "state": "closed", "label": {"en": "Filed", "zh": "归档"}, "colour": "pink"})
        state = INCIDENT.state("closed")
        assert (str(state.label), state.colour, state.category) == ("归档", "pink", "closed")
        assert str(INCIDENT.state("resolved").label) not in ("Filed", "归档")

    def test_no_step_leads_to_a_hidden_state(self, desk):
        incident = desk.incident_in("assigned")
        workflow_override_service.create(SYSTEM, {"workflow": "incident", "state": "pending", "is_hidden": True})
        assert "hold" not in {one.action for one in INCIDENT.steps("assigned")}
        assert "pending" not in {state.code for state in INCIDENT.shown_states()}
        with pytest.raises(Conflict):
            step(incident, "hold", pending_reason="customer")
        assert incident.state == "assigned"

    def test_what_is_in_a_hidden_state_gets_out_of_it(self, desk):
        incident = desk.incident_in("pending")
        workflow_override_service.create(SYSTEM, {"workflow": "incident", "state": "pending", "is_hidden": True})
        step(incident, "resume")
        assert incident.state == "in_progress"

    @pytest.mark.parametrize(("values", "field"), [
        ({"workflow": "incident", "state": "new", "is_hidden": True}, "is_hidden"),
        ({"workflow": "incident", "state": "lost"}, "state"), ({"workflow": "nothing", "state": "new"}, "workflow"),
    ])
    def test_refusals(self, desk, values, field):
        with pytest.raises(InvalidField) as refused:
            workflow_override_service.create(SYSTEM, values)
        assert set(refused.value.fields) == {field}


def add_state(**changes):
    values = {"workflow": "incident", "state": "at_supplier", "base": "in_progress", "colour": "pink",
              "label": {"en": "At the supplier", "zh": "供应商处理中"}}
    return workflow_override_service.create(SYSTEM, {**values, **changes})


class TestAddedStates:
    def test_an_added_state_is_entered_from_its_base_and_left_by_the_steps_of_it(self, unit, desk):
        add_state()
        incident = desk.incident_in("in_progress")
        step(incident, "enter_at_supplier")
        assert (incident.state, incident.state_category) == ("at_supplier", "open")
        assert str(INCIDENT.state("at_supplier").label) == "供应商处理中"
        latest = intervals(unit, "incident", incident.id)[-1]
        assert (latest.state, latest.ended_at) == ("at_supplier", None)
        declared = {one.action for one in INCIDENT.steps("in_progress")} - {"enter_at_supplier"}
        assert {one.action for one in INCIDENT.steps("at_supplier")} == declared | {"enter_in_progress"}
        step(incident, "enter_in_progress")
        assert incident.state == "in_progress"
        step(incident, "enter_at_supplier")
        step(incident, "hold", pending_reason="supplier")
        assert (incident.state, incident.state_category) == ("pending", "paused")

    def test_the_base_decides_what_is_locked_and_when_it_was_resolved(self, desk):
        add_state(state="resolved_by_phone", base="resolved")
        incident = desk.incident_in("resolved")
        at = incident.resolved_at
        step(incident, "enter_resolved_by_phone")
        assert (incident.resolved_at, incident.state_category) == (at, "resolved")
        assert INCIDENT.read_only("resolved_by_phone") == INCIDENT.read_only("resolved")
        assert "resolved_by_phone" in INCIDENT.codes("resolved")

    def test_it_may_be_for_one_type_only(self, desk):
        add_state(kind="complaint")
        incident = desk.incident_in("in_progress")
        assert incident.kind == "incident"
        with pytest.raises(Conflict):
            step(incident, "enter_at_supplier")
        assert incident.state == "in_progress"
        offered = {one.action for one in INCIDENT.steps("in_progress", "complaint")}
        assert "enter_at_supplier" in offered
        assert "at_supplier" in {state.code for state in INCIDENT.shown_states("complaint")}
        assert "at_supplier" not in {state.code for state in INCIDENT.shown_states("incident")}

    def test_a_state_may_be_hidden_for_one_type_only(self, desk):
        workflow_override_service.create(
            SYSTEM, {"workflow": "incident", "state": "pending", "kind": "query", "is_hidden": True})
        assert "hold" in {one.action for one in INCIDENT.steps("assigned", "incident")}
        assert "hold" not in {one.action for one in INCIDENT.steps("assigned", "query")}

    def test_a_name_for_one_type_is_refused_because_every_type_would_bear_it(self, desk):
        named = str(INCIDENT.state("pending").label)
        with pytest.raises(InvalidField) as refused:
            workflow_override_service.create(SYSTEM, {
                "workflow": "incident", "state": "pending", "kind": "query", "label": {"en": "Asked", "zh": "已询问"}})
        assert set(refused.value.fields) == {"kind"}
        assert str(INCIDENT.state("pending").label) == named

    def test_one_that_was_used_is_hidden_instead_of_deleted(self, desk):
        row = add_state()
        incident = desk.incident_in("in_progress")
        step(incident, "enter_at_supplier")
        with pytest.raises(Conflict):
            workflow_override_service.delete(SYSTEM, row.id)
        workflow_override_service.update(SYSTEM, row.id, {"is_hidden": True})
        assert "enter_at_supplier" not in {one.action for one in INCIDENT.steps("in_progress")}
        step(incident, "enter_in_progress")
        assert incident.state == "in_progress"

    @pytest.mark.parametrize(("changes", "field"), [
        ({"state": "pending"}, "state"), ({"state": "At Supplier"}, "state"), ({"base": "lost"}, "base"),
        ({"label": {"en": "", "zh": ""}}, "label"), ({"kind": "nothing"}, "kind"),
    ])
    def test_refusals(self, desk, changes, field):
        with pytest.raises(InvalidField) as refused:
            add_state(**changes)
        assert set(refused.value.fields) == {field}
        assert "at_supplier" not in INCIDENT.codes("open")

    def test_what_records_rest_on_never_changes(self, desk):
        row = add_state()
        with pytest.raises(InvalidField) as refused:
            workflow_override_service.update(SYSTEM, row.id, {"base": "pending"})
        assert set(refused.value.fields) == {"base"}
        assert row.base == "in_progress"
