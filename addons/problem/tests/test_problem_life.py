"""The life of a problem: every step in every state by everybody."""

import pytest

from addons.problem.models import Problem
from addons.problem.services import problem_service, task_service
from addons.problem.tests.problem_helpers import PATHS, Office, value
from addons.problem.workflow import PROBLEM
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import BusinessError, Conflict, Forbidden, InvalidField, MissingFields, NotFound

WHO = ("manager", "analyst", "reader", "elsewhere")
# In the order of WHO: done, forbidden for lack of a right, or not to be found. What is not named is impossible.
ALL, MANAGER_ONLY = "d d f n", "d f f n"
# Merging asks for the other one: nobody takes that step by itself.
MERGED = {"merge": "! f f n"}
OPEN = {**MERGED, "assign": ALL, "cancel": MANAGER_ONLY}
# There is no known error before a workaround is published (test_known_errors_life).
NO_ERROR = {"confirm_error": "! f f n", "retire_error": "! f f n"}
LOOKED_AT = {**OPEN, **NO_ERROR, "publish": MANAGER_ONLY, "accept_risk": MANAGER_ONLY}
TABLE = {
    "new": {**OPEN, "assess": ALL, "investigate": ALL},
    "assess": {**OPEN, "investigate": ALL, "accept_risk": MANAGER_ONLY},
    "investigating": {**LOOKED_AT, "find_cause": ALL, "record_error": ALL},
    "root_cause_known": {**LOOKED_AT, "record_error": ALL, "begin_fix": ALL, "resolve": ALL},
    "known_error": {**LOOKED_AT, "begin_fix": ALL, "resolve": ALL},
    "fix_in_progress": {**LOOKED_AT, "give_up_fix": ALL, "resolve": ALL},
    "resolved": {**MERGED, **NO_ERROR, "close": MANAGER_ONLY, "reopen": ALL},
    "closed": {"reopen": ALL},
    "cancelled": {},
    "risk_accepted": {**NO_ERROR, "reopen": ALL},
}
ACTIONS = tuple(dict.fromkeys(step.action for step in PROBLEM.transitions))


@pytest.fixture
def office(unit) -> Office:
    return Office()


def held(problem: Problem) -> tuple[object, ...]:
    return (problem.state, problem.version, problem.root_cause, problem.workaround, problem.edition)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", TABLE)
def test_who_does_what(unit, office, state):
    assert set(TABLE) == set(PATHS) == {one.code for one in PROBLEM.states}
    problem = office.problem(state)
    before = held(problem)
    for action in ACTIONS:
        marks = TABLE[state].get(action, "! ! ! n").split()
        for who, mark in zip(WHO, marks, strict=True):
            told = (state, action, who)
            if mark == "d":
                with unit.begin_nested() as savepoint:
                    target = next(step.target for step in PROBLEM.steps(state) if step.action == action)
                    values = {"workaround": "Use the other one"} if action == "give_up_fix" else {}
                    office.step(who, problem, action, **values, **office.values_of(action))
                    assert problem.state == target, told
                    savepoint.rollback()
                unit.expire_all()
                continue
            refusal = {"f": Forbidden, "n": NotFound, "!": Conflict}[mark]
            with pytest.raises(refusal):
                office.step(who, problem, action)
            unit.expire_all()
            assert held(problem) == before, told


class TestWhatStatesNeed:
    def test_a_known_error_has_cause_and_workaround(self, office):
        problem = office.problem("investigating")
        with pytest.raises(MissingFields) as refused:
            office.step("analyst", problem, "record_error", root_cause="A leak")
        assert set(refused.value.fields) == {"workaround"}
        assert problem.state == "investigating"

    def test_a_resolved_one_has_its_fix(self, office):
        problem = office.problem("root_cause_known")
        with pytest.raises(MissingFields) as refused:
            office.step("analyst", problem, "resolve", permanent_fix="  ")
        assert set(refused.value.fields) == {"permanent_fix"}
        assert problem.resolved_at is None

    def test_open_tasks_come_first(self, unit, office):
        problem = office.problem("root_cause_known")
        with acting_as(SYSTEM):
            task = task_service.create(SYSTEM, {"problem": problem, "title": "Ask the supplier"})
        with pytest.raises(Conflict):
            office.step("analyst", problem, "resolve")
        assert problem.state == "root_cause_known"
        with acting_as(SYSTEM):
            task_service.update(SYSTEM, task.id, {"state": "dropped"})
        assert office.step("analyst", problem, "resolve").state == "resolved"

    def test_reopening_counts_and_begins_the_search_anew(self, office):
        problem = office.problem("closed")
        office.step("analyst", problem, "reopen")
        assert (problem.state, problem.reopen_count, problem.resolved_at, problem.closed_at) == (
            "investigating", 1, None, None)


class TestFields:
    def test_numbers_and_kind(self, office):
        first, second = office.problem(), office.problem()
        assert first.number.startswith("PRB")
        assert int(second.number[3:]) == int(first.number[3:]) + 1
        assert first.kind == "problem"

    def test_the_priority_follows_the_matrix(self, office):
        problem = office.problem(impact=value("ticket.impact", "high"), urgency=value("ticket.urgency", "high"))
        assert problem.priority.code == "critical"

    @pytest.mark.parametrize(("name", "list_code", "code"), [
        ("source", "ticket.impact", "high"), ("root_cause_code", "problem.source", "proactive")])
    def test_a_value_of_another_list_is_refused(self, unit, office, name, list_code, code):
        problem = office.problem()
        with acting_as(office.who["manager"]), pytest.raises(InvalidField) as refused:
            problem_service.update(office.who["manager"], problem.id, {name: value(list_code, code)})
        assert set(refused.value.fields) == {name}
        assert getattr(problem, name) is None

    def test_what_customers_read_is_said_by_those_who_publish(self, unit, office):
        problem = office.problem()
        with acting_as(office.who["analyst"]), pytest.raises(InvalidField) as refused:
            problem_service.update(office.who["analyst"], problem.id, {"is_public": True})
        assert set(refused.value.fields) == {"is_public"}
        assert problem.is_public is False
        with acting_as(office.who["manager"]):
            assert problem_service.update(office.who["manager"], problem.id, {"is_public": True}).is_public

    def test_texts_are_sanitised(self, office):
        problem = office.problem(symptoms="<p>Stops</p><script>alert(1)</script>")
        assert "script" not in problem.symptoms

    def test_a_closed_problem_is_not_changed(self, unit, office):
        problem = office.problem("closed")
        with acting_as(office.who["manager"]), pytest.raises(BusinessError):
            problem_service.update(office.who["manager"], problem.id, {"title": "Another"})
        assert problem.title == "Mail server stops"


def test_what_a_state_asks_for_is_not_emptied_afterwards(unit, office):
    problem, manager = office.problem("known_error"), office.who["manager"]
    for empty in ("", None, "<p> </p>", "<p><br></p>"):
        with acting_as(manager), pytest.raises(MissingFields) as refused:
            problem_service.update(manager, problem.id, {"workaround": empty, "title": "Other"})
        assert set(refused.value.fields) == {"workaround"}
        unit.refresh(problem)
        assert (problem.workaround, problem.title) == ("Restart it", "Mail server stops")


def test_an_empty_paragraph_is_no_workaround(unit, office):
    problem = office.problem("investigating")
    with pytest.raises(MissingFields) as refused:
        office.step("manager", problem, "publish", workaround="<p> </p>")
    assert set(refused.value.fields) == {"workaround"}
