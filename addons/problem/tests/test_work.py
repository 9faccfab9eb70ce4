"""Work on problems is logged like that on every ticket; minutes said with a task land on its problem."""

from datetime import date

import pytest
from sqlalchemy import select

from addons.problem.models import Task
from addons.problem.services import review_service, task_service
from addons.problem.tests.problem_helpers import ANALYST, Office
from addons.ticket.models import WorkEntry
from addons.ticket.permissions import WORK_ENTRY_READ, WORK_ENTRY_WRITE
from addons.ticket.services.work import work_entry_service
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import BusinessError, Forbidden, InvalidField
from tests.support.people import make_actor


@pytest.fixture
def office(unit) -> Office:
    return Office()


@pytest.fixture
def worker(office):
    return make_actor((*ANALYST, WORK_ENTRY_READ, WORK_ENTRY_WRITE), person=office.analyst_person,
                      groups=(office.group,), user_id=4002)


def logged(unit):
    return unit.execute(select(WorkEntry.ticket_id, WorkEntry.minutes, WorkEntry.note, WorkEntry.person_id)).all()


def task_of(problem):
    with acting_as(SYSTEM):
        return task_service.create(SYSTEM, {"problem": problem, "title": "Measure"})


@pytest.mark.parametrize("said", [90, "1:30", "1h30"])
def test_minutes_of_a_task_are_logged_on_its_problem(unit, office, worker, said):
    problem = office.problem()
    task = task_of(problem)
    with acting_as(worker):
        task_service.update(worker, task.id, {"state": "done", "result": "80 %", "work_minutes": said})
    with acting_as(SYSTEM):
        assert logged(unit) == [(problem.id, 90, "Measure", office.analyst_person.id)]


def test_wrong_minutes_are_refused_beside_their_field_and_nothing_changes(unit, office, worker):
    task = task_of(office.problem())
    with acting_as(worker), pytest.raises(BusinessError) as refused:
        task_service.update(worker, task.id, {"state": "done", "result": "80 %", "work_minutes": "soon"})
    assert set(refused.value.fields) == {"work_minutes"}
    unit.expire_all()
    with acting_as(SYSTEM):
        assert (unit.get(Task, task.id).state, logged(unit)) == ("open", [])


def test_who_may_log_nothing_logs_nothing(unit, office):
    task, analyst = task_of(office.problem()), office.who["analyst"]
    with acting_as(analyst), pytest.raises(Forbidden):
        task_service.update(analyst, task.id, {"title": "Mine", "work_minutes": 30})
    unit.expire_all()
    with acting_as(SYSTEM):
        assert (unit.get(Task, task.id).title, logged(unit)) == ("Measure", [])


def test_a_customer_or_stranger_sees_none_of_it(unit, office, worker):
    problem = office.problem()
    with acting_as(worker):
        work_entry_service.create(worker, {"ticket": problem.id, "minutes": 30})
        assert len(logged(unit)) == 1
    for rights in (("problem.read", "problem.read_all", "work_entry.read"),
                   ("problem.see_internal", "work_entry.read")):
        outsider = make_actor(rights, user_id=4010)
        with acting_as(outsider):
            assert logged(unit) == []


def test_a_task_comes_from_a_meeting_about_its_problem(unit, office):
    problem, other = office.problem("resolved"), office.problem("resolved")
    with acting_as(SYSTEM):
        meeting = review_service.create(SYSTEM, {
            "problem": other, "held_on": date(2026, 3, 5), "conclusions": "Test first", "decisions": "Buy a spare"})
        with pytest.raises(InvalidField) as refused:
            task_service.create(SYSTEM, {"problem": problem, "title": "Buy it", "review": meeting})
        assert set(refused.value.fields) == {"review"}
        assert unit.execute(select(Task.id)).all() == []
        assert task_service.create(SYSTEM, {"problem": other, "title": "Buy it", "review": meeting}).review is meeting
