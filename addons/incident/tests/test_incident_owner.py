"""Which desk owns an incident, what comes back to it, and how policies let it end."""

import pytest
from sqlalchemy import select

from addons.incident.models import ClosingPolicy, Incident
from addons.incident.models.closing_policy import ASK, AT_ONCE, BY_DESK
from addons.incident.services import closing_policy_service, incident_service
from addons.incident.tests.incident_helpers import value
from addons.incident.tests.life_helpers import Owned
from app.notify.models import Notice
from app.organisation.services import work_group_service
from app.records.audit import AuditEntry
from app.records.intervals import bounces, intervals
from app.records.settings import setting_service
from app.records.timeline import entries
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Conflict, InvalidField
from tests.support.people import make_group, make_login

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def desk(unit) -> Owned:
    return Owned()


def of_audit(unit, incident, field):
    rows = unit.execute(select(AuditEntry.new, AuditEntry.actor_label, AuditEntry.via, AuditEntry.cause).where(
        AuditEntry.record_type == "incident", AuditEntry.record_id == incident.id, AuditEntry.field == field))
    return [tuple(row) for row in rows]


class TestWhoOwnsIt:
    def test_the_desk_of_whoever_logs_it(self, desk):
        second = make_group(desk.specialist, is_service_desk=True)
        specialist = desk.actor(person=desk.specialist, groups=(desk.other, second))
        with acting_as(specialist):
            made = incident_service.create(specialist, {"title": "x", "caller": desk.caller, "group": desk.group})
        assert (desk.logged(group=desk.other).desk_group_id, made.desk_group_id) == (desk.group.id, second.id)

    def test_else_the_group_that_gets_it_else_that_of_the_settings(self, desk):
        second = make_group(is_service_desk=True)
        assert desk.incident(group=second).desk_group_id == second.id
        assert desk.incident(group=desk.other).desk_group_id == desk.group.id
        setting_service.change(SYSTEM, {"incident.default_desk": second.code})
        assert desk.incident(group=desk.other).desk_group_id == second.id

    def test_nobody_where_there_is_no_desk(self, desk):
        work_group_service.update(SYSTEM, desk.group.id, {"is_service_desk": False})
        assert desk.incident().desk_group_id is None

    def test_another_one_only_with_the_right(self, desk):
        second = make_group(is_service_desk=True)
        with acting_as(desk.agent):
            with pytest.raises(InvalidField) as refused:
                incident_service.create(desk.agent, {"title": "x", "caller": desk.caller, "desk_group": second})
            incident = desk.logged()
            with pytest.raises(InvalidField):
                incident_service.update(desk.agent, incident.id, {"desk_group": second})
        assert (set(refused.value.fields), incident.desk_group_id) == ({"desk_group"}, desk.group.id)
        manager = desk.who["manager"]
        with acting_as(manager):
            with pytest.raises(InvalidField):
                incident_service.update(manager, incident.id, {"desk_group": desk.other})
            incident_service.update(manager, incident.id, {"desk_group": second})
        assert incident.desk_group_id == second.id

    def test_what_is_solved_goes_to_the_new_owner(self, unit, desk):
        incident, second = desk.solved(), make_group(is_service_desk=True)
        incident_service.update(SYSTEM, incident.id, {"desk_group": second})
        assert (incident.group_id, intervals(unit, "incident", incident.id)[-1].group_id) == (second.id, second.id)
        assert entries(unit, "incident", incident.id)[0].data == {"desk_group_id": second.id}
        with pytest.raises(Conflict):
            desk.step("desk", incident, "close")
        assert incident.state == "resolved"


class TestBackToTheDesk:
    def test_with_the_solution_and_its_traces(self, unit, desk):
        incident = desk.solved()
        assert (incident.state, incident.group_id, incident.assignee_id, incident.support_line) == (
            "resolved", desk.group.id, desk.agent_person.id, 1)
        assert (incident.solved_group_id, incident.told_at, incident.answer_by) == (desk.other.id, None, None)
        rows = intervals(unit, "incident", incident.id)
        assert [(row.state, row.group_id) for row in rows[-2:]] == [
            ("in_progress", desk.other.id), ("resolved", desk.group.id)]
        back, solved = entries(unit, "incident", incident.id)[:2]
        assert (back.data, solved.data["action"]) == ({"desk_group_id": desk.group.id, "is_return": True}, "resolve")
        assert of_audit(unit, incident, "group_id")[-1][1] == "Zhao Lei"
        # Nobody passed it on a second time.
        assert (incident.transfer_count, bounces(rows, ("resolved", "closed"))) == (1, 0)

    def test_whoever_solved_it_still_sees_it(self, unit, desk):
        incident = desk.solved()
        for who, number in (("working", 1), ("supplier", 0)):
            with acting_as(desk.who[who]):
                found = unit.execute(select(Incident.id).where(Incident.id == incident.id)).scalars().all()
            assert len(found) == number, who

    def test_a_desk_that_is_no_more_is_replaced(self, desk):
        second, incident = make_group(is_service_desk=True), desk.passed_on()
        work_group_service.update(SYSTEM, desk.group.id, {"is_service_desk": False})
        desk.step("working", incident, "resolve")
        assert (incident.desk_group_id, incident.group_id, incident.assignee_id) == (second.id, second.id, None)

    def test_reopened_it_goes_back_to_whoever_solved_it(self, desk):
        incident = desk.solved()
        desk.step("desk", incident, "close")
        assert incident.told_at is not None
        desk.step("caller", incident, "reopen", reason="Jams again")
        assert (incident.state, incident.group_id, incident.assignee_id) == (
            "assigned", desk.other.id, desk.specialist.id)
        assert (incident.solved_group_id, incident.told_at) == (None, None)

    def test_what_the_caller_says_is_a_public_reply(self, unit, desk):
        incident = desk.solved()
        desk.step("caller", incident, "reopen", reason="Jams again")
        said = entries(unit, "incident", incident.id, public_only=True)[0]
        assert (said.kind, said.body, said.actor_label) == ("reply", "Jams again", "Li Na")


class TestPolicies:
    def policy(self, code, mode):
        return closing_policy_service.create(SYSTEM, {"category": value("ticket.category", code), "mode": mode})

    def test_that_of_the_category_else_the_nearest_above(self, desk):
        self.policy("hardware", AT_ONCE)
        self.policy("hardware.printer", ASK)
        states = {}
        for code in ("hardware", "hardware.printer", "hardware.printer.jam", "network"):
            incident = desk.solved(category=value("ticket.category", code))
            states[code] = (incident.state, incident.told_at is not None, incident.answer_by is not None)
        assert states == {"hardware": ("closed", True, False), "hardware.printer": ("resolved", True, True),
                          "hardware.printer.jam": ("resolved", True, True), "network": ("resolved", False, False)}

    def test_closed_at_once_by_the_system(self, unit, desk):
        setting_service.change(SYSTEM, {"incident.closing": AT_ONCE})
        incident = desk.solved()
        assert (incident.state, incident.group_id) == ("closed", desk.group.id)
        assert of_audit(unit, incident, "state")[-1] == ("closed", "system", "system", "closing_policy")

    def test_told_by_a_person_then_waited_for(self, desk):
        incident = desk.solved()
        desk.step("desk", incident, "tell")
        assert (incident.told_at is not None, incident.answer_by is not None) == (True, True)
        assert incident.state == "resolved"
        with pytest.raises(Conflict):
            desk.step("desk", incident, "tell")

    def test_what_the_desk_solves_itself_it_has_told(self, desk):
        incident = desk.step("desk", desk.logged(group=desk.group), "resolve")
        assert (incident.told_at is not None, incident.assignee_id) == (True, None)

    @pytest.mark.parametrize(("category", "mode", "field"), [
        ("hardware", "never", "mode"), ("unavailable", BY_DESK, "category")])
    def test_refusals(self, unit, desk, category, mode, field):
        of = value("ticket.category" if field == "mode" else "incident.symptom", category)
        with pytest.raises(InvalidField) as refused:
            closing_policy_service.create(SYSTEM, {"category": of, "mode": mode})
        assert set(refused.value.fields) == {field}
        unit.expunge_all()
        assert unit.execute(select(ClosingPolicy.id)).first() is None


def test_the_customer_hears_when_the_desk_tells_and_the_desk_when_it_is_solved(unit, desk):
    agent, caller = make_login("incident.role_agent", groups=[desk.group]), make_login("incident.role_customer")
    with acting_as(agent.actor):
        incident = incident_service.create(agent.actor, {
            "title": "x", "caller": caller.person_id, "group": desk.other.id, "assignee": desk.specialist.id})

    def kinds(login):
        return unit.execute(select(Notice.kind).where(Notice.user_id == login.user_id)).scalars().all()

    desk.step("working", incident, "resolve")
    assert (kinds(agent), kinds(caller)) == (["ticket.returned"], [])
    with acting_as(agent.actor):
        incident_service.transition(agent.actor, incident.id, "tell", {})
    assert kinds(caller) == ["ticket.resolved"]
