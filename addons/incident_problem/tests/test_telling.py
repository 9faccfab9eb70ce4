"""A workaround reaches every open incident of its problem, each edition exactly once."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from addons.incident import permissions as rights
from addons.incident.services import incident_service
from addons.incident_problem.models import Telling
from addons.incident_problem.services import telling
from addons.incident_problem.services.telling import JOB
from addons.problem.services import problem_service
from addons.problem.tests.problem_helpers import Office, value
from app.jobs.models import OutboxMessage
from app.records.timeline import TimelineEntry
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import make_actor, make_person


@pytest.fixture
def office(unit) -> Office:
    return Office()


class Case:
    """A known error with incidents that it has caused."""

    def __init__(self, office: Office, number: int) -> None:
        self.problem, caller = office.problem("known_error"), make_person()
        with acting_as(SYSTEM):
            self.incidents = [incident_service.create(SYSTEM, {"title": "No mail", "caller": caller})
                              for _number in range(number)]
            for incident in self.incidents:
                incident_service.link(SYSTEM, incident.id, "caused_by", self.problem.id)

    def publish(self, text: str = "Restart it", **values: object) -> None:
        with acting_as(SYSTEM):
            if values:
                problem_service.update(SYSTEM, self.problem.id, values)
            problem_service.transition(SYSTEM, self.problem.id, "publish", {"workaround": f"<p>{text}</p>"})

    def tell(self) -> None:
        with acting_as(SYSTEM):
            while telling.tell_some(self.problem.id):
                pass

    def notes(self, unit: object, incident: object) -> list[tuple[str, bool]]:
        rows = unit.execute(select(TimelineEntry.body, TimelineEntry.is_public).where(  # type: ignore[attr-defined]
            TimelineEntry.record_type == "incident", TimelineEntry.record_id == incident.id,  # type: ignore[attr-defined]
            TimelineEntry.kind.in_(("note", "reply"))).order_by(TimelineEntry.id))
        return [tuple(row) for row in rows]


def jobs(unit: object) -> list[int]:
    """Return the problems whose telling waits."""
    rows = unit.execute(select(OutboxMessage).where(OutboxMessage.name == JOB).order_by(OutboxMessage.id)).scalars()  # type: ignore[attr-defined]
    return [row.payload["problem_id"] for row in rows]


def test_each_open_incident_gets_each_edition_once(unit, office, monkeypatch):
    monkeypatch.setattr(telling, "BATCH", 2)
    case = Case(office, 5)
    with acting_as(SYSTEM):
        incident_service.transition(SYSTEM, case.incidents[0].id, "cancel", {"reason": "x"})
    case.publish()
    case.tell()
    case.tell()
    case.publish("Use the other server")
    case.tell()
    assert case.notes(unit, case.incidents[0]) == []
    for incident in case.incidents[1:]:
        first, second = case.notes(unit, incident)
        assert "Restart it" in first[0]
        assert "Use the other server" in second[0]
        assert (first[1], second[1]) == (False, False)


def test_customers_read_what_is_public(unit, office):
    case = Case(office, 1)
    case.publish(is_public=True)
    case.tell()
    assert [public for _body, public in case.notes(unit, case.incidents[0])] == [True]


def test_an_incident_that_is_linked_later_hears_of_it_too(unit, office):
    case = Case(office, 1)
    case.publish()
    with acting_as(SYSTEM):
        late = incident_service.create(SYSTEM, {"title": "No mail", "caller": make_person()})
        before = jobs(unit)
        incident_service.link(SYSTEM, late.id, "related", case.problem.id)
        assert jobs(unit) == before
        incident_service.link(SYSTEM, late.id, "caused_by", case.problem.id)
    assert jobs(unit) == [*before, case.problem.id]
    case.tell()
    ((told, _public),) = case.notes(unit, late)
    assert "Restart it" in told


def test_an_incident_that_is_opened_again_hears_what_was_published_meanwhile(unit, office):
    case, done = Case(office, 2), value("incident.resolution_code", "solved")
    first = case.incidents[0]
    agent = make_actor((rights.INCIDENT_READ, rights.INCIDENT_READ_ALL, rights.INCIDENT_REOPEN), user_id=4010)
    with acting_as(SYSTEM):
        incident_service.transition(SYSTEM, first.id, "assign", {"group": office.group})
        incident_service.transition(SYSTEM, first.id, "resolve", {"solution": "Sent again", "resolution_code": done})
    case.publish()
    case.tell()
    assert case.notes(unit, first) == []
    before = jobs(unit)
    with acting_as(agent):
        incident_service.transition(agent, first.id, "reopen", {"reason": "It is back"})
    assert jobs(unit) == [*before, case.problem.id], "whoever opens it again need not see problems"
    case.tell()
    case.tell()
    assert [len(case.notes(unit, one)) for one in case.incidents] == [1, 1]


def test_what_came_to_a_problem_while_it_was_over_is_told_when_it_is_opened_again(unit, office):
    case = Case(office, 1)
    case.publish()
    with acting_as(SYSTEM):
        problem_service.transition(SYSTEM, case.problem.id, "resolve", {"permanent_fix": "Upgraded"})
        problem_service.transition(SYSTEM, case.problem.id, "close", {})
        late = incident_service.create(SYSTEM, {"title": "No mail", "caller": make_person()})
        before = jobs(unit)
        incident_service.link(SYSTEM, late.id, "caused_by", case.problem.id)
        assert jobs(unit) == before
        problem_service.transition(SYSTEM, case.problem.id, "reopen", {"reason": "It is back"})
    assert jobs(unit) == [*before, case.problem.id]


def test_an_incident_into_which_another_is_merged_hears_of_it_whoever_merges(unit, office):
    case = Case(office, 1)
    case.publish()
    agent = make_actor((rights.INCIDENT_READ, rights.INCIDENT_READ_ALL, rights.INCIDENT_MERGE), user_id=4011)
    with acting_as(SYSTEM):
        other = incident_service.create(SYSTEM, {"title": "No mail", "caller": make_person()})
    before = jobs(unit)
    with acting_as(agent):
        incident_service.merge(agent, other.id, case.incidents[0].id)
    assert jobs(unit) == [*before, case.problem.id]
    case.tell()
    assert len(case.notes(unit, other)) == 1


def test_what_was_never_published_or_is_not_linked_is_told_to_nobody(unit, office):
    case, other = Case(office, 1), Case(office, 1)
    case.tell()
    other.publish()
    other.tell()
    assert case.notes(unit, case.incidents[0]) == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(["publish", "tell", "some", "resolve"]), max_size=10))
def test_never_twice_whatever_happens_in_which_order(unit, office, acts):
    case, number = Case(office, 3), 0
    for act in acts:
        first = case.incidents[0]
        if act == "publish":
            number += 1
            case.publish(f"Way {number}")
        elif act == "tell":
            case.tell()
        elif act == "some":
            with acting_as(SYSTEM):
                telling.tell_some(case.problem.id)
        elif act == "resolve" and first.state_category != "closed":
            with acting_as(SYSTEM):
                incident_service.transition(SYSTEM, first.id, "cancel", {"reason": "x"})
    case.tell()
    for incident in case.incidents:
        told = [body for body, _public in case.notes(unit, incident)]
        assert len(told) == len(set(told)) <= number
    for incident in case.incidents[1:]:
        assert bool(number) is any(f"Way {number}" in body for body, _public in case.notes(unit, incident))
    kept = unit.execute(select(Telling.incident_id, Telling.edition).where(Telling.problem_id == case.problem.id)).all()
    assert len(kept) == len(set(kept))
