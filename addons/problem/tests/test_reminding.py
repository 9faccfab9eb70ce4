"""People are reminded of each day once; of a day that was moved, once more."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from addons.problem.models import Task
from addons.problem.services import problem_service, reminding, task_service
from addons.problem.services.told import ASSIGNED, PUBLISHED, REOPENED, RESOLVED, REVIEW_DUE, TASK_ASSIGNED, TASK_DUE
from addons.problem.tests.problem_helpers import Office
from app.db import session
from app.notify.mail_contents import _facts
from app.notify.mail_previews import preview
from app.notify.mail_texts import shipped
from app.notify.models import Mail, Notice
from app.organisation.models import Person
from app.records.lists import today
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import make_login


class Told(Office):
    """The office, with somebody in its group who can log in."""

    def __init__(self) -> None:
        super().__init__()
        self.login = make_login("problem.role_analyst", groups=[self.group])
        self.person = session().get_one(Person, self.login.person_id)


@pytest.fixture
def office(unit) -> Told:
    return Told()


def notices(unit, office, kind):
    unit.flush()
    return unit.execute(select(func.coalesce(func.sum(Notice.number), 0)).where(
        Notice.user_id == office.login.user_id, Notice.kind == kind)).scalar()


def run(day):
    with acting_as(SYSTEM):
        while reminding.remind_some(day):
            pass


def task(office, problem, **values):
    with acting_as(SYSTEM):
        return task_service.create(SYSTEM, {"problem": problem, "title": "Measure", **values})


def test_a_task_reminds_once_when_it_is_due(unit, office):
    day, problem = today(), office.problem()
    mine = task(office, problem, assignee=office.person, due_on=day)
    for _time in range(2):
        run(day - timedelta(days=1))
    assert notices(unit, office, TASK_DUE) == 0
    for _time in range(3):
        run(day)
    assert notices(unit, office, TASK_DUE) == 1
    with acting_as(SYSTEM):
        task_service.update(SYSTEM, mine.id, {"due_on": day + timedelta(days=2)})
    run(day + timedelta(days=5))  # the desk was off when the day came
    assert notices(unit, office, TASK_DUE) == 2


@pytest.mark.parametrize("state", ["done", "dropped"])
def test_what_is_done_reminds_of_nothing(unit, office, state):
    task(office, office.problem(), assignee=office.person, due_on=today(), state=state, result="80 %")
    run(today())
    assert notices(unit, office, TASK_DUE) == 0


def test_where_nobody_holds_it_the_group_is_told(unit, office):
    problem = office.problem("investigating", review_on=today())
    assert problem.assignee_id is None
    run(today())
    run(today())
    assert notices(unit, office, REVIEW_DUE) == 1


def test_the_assignee_of_a_task_is_told_of_it_and_nobody_twice(unit, office):
    problem = office.problem()
    made = task(office, problem, assignee=office.person)
    with acting_as(SYSTEM):
        task_service.update(SYSTEM, made.id, {"title": "Measure again"})
    assert notices(unit, office, TASK_ASSIGNED) == 1


def test_the_holder_is_told_of_a_published_workaround(unit, office):
    problem = office.problem("known_error")
    with acting_as(SYSTEM):
        problem_service.transition(SYSTEM, problem.id, "assign", {"assignee": office.person})
    office.step("manager", problem, "publish")
    assert notices(unit, office, PUBLISHED) == 1


def test_what_every_ticket_tells_is_said_in_words_for_problems_and_once(unit, office):
    problem = office.problem("known_error")
    with acting_as(SYSTEM):
        problem_service.transition(SYSTEM, problem.id, "assign", {"assignee": office.person})
        problem_service.watch(SYSTEM, problem.id, office.person.id)
    for action in ("resolve", "close", "reopen"):
        office.step("manager", problem, action)
    told = dict(unit.execute(select(Notice.kind, func.sum(Notice.number)).where(
        Notice.user_id == office.login.user_id).group_by(Notice.kind)).all())
    assert told == {ASSIGNED: 1, RESOLVED: 1, REOPENED: 1}  # whoever wants to hear of closing says so


def test_the_mail_of_a_resolved_problem_says_cause_and_fix(unit, office):
    problem = office.problem("resolved")
    for language, words in (("en", ("the cause of the problem", "Root cause:\n\nA leak", "Upgraded")),
                            ("zh", ("的根本原因已消除", "根本原因：\n\nA leak", "Upgraded"))):
        with acting_as(SYSTEM):
            text = preview(SYSTEM, RESOLVED, language, shipped(RESOLVED, language), problem.number).text
        assert all(one in text for one in words), text


def test_a_mail_says_the_task_and_of_what_is_confidential_the_number_only(unit, office):
    for confidentiality in (0, 2):
        problem = office.problem(workaround="<p>Restart it</p>", confidentiality=confidentiality)
        found = _facts(Mail(kind=TASK_DUE, record_type="problem", record_id=problem.id,
                            params={"task": "Measure", "due": "2026-03-05"}))
        assert found is not None
        said = (found.values.get("task"), found.values.get("due"), found.rich.get("workaround"))
        assert said == ((None,) * 3 if confidentiality else ("Measure", "2026-03-05", "<p>Restart it</p>"))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(st.integers(-3, 3), min_size=1, max_size=5), runs=st.lists(st.integers(-1, 4), max_size=6))
def test_each_due_task_is_marked_whatever_the_order_of_runs(unit, office, days, runs):
    day, problem = today(), office.problem()
    made = [task(office, problem, due_on=day + timedelta(days=shift)) for shift in days]
    for shift in runs:
        run(day + timedelta(days=shift))
    last = max(runs, default=-99)
    unit.expire_all()
    for one, shift in zip(made, days, strict=True):
        found = unit.execute(select(Task.reminded_of).where(Task.id == one.id)).scalar()
        assert (found == day + timedelta(days=shift)) is (shift <= last)
