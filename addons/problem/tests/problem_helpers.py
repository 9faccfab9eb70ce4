"""Problems of the tests, made and moved through the service."""

from datetime import timedelta
from typing import Any

from addons.problem import permissions as rights
from addons.problem.models import Problem
from addons.problem.services import problem_service
from addons.ticket import repositories
from app.organisation import permissions as people
from app.records.lists import today
from app.sdk.actor import SYSTEM, Actor, acting_as
from tests.support.people import make_actor, make_group, make_person

_PEOPLE = (people.PERSON_READ, people.WORK_GROUP_READ)
MANAGER = (*(right for right in rights.PERMISSIONS if right is not rights.PROBLEM_READ_GROUPS), *_PEOPLE)
ANALYST = (*_PEOPLE, rights.PROBLEM_READ, rights.PROBLEM_READ_GROUPS, rights.PROBLEM_SEE_INTERNAL,
           rights.PROBLEM_WRITE, rights.PROBLEM_ASSIGN, rights.PROBLEM_RESOLVE, rights.PROBLEM_LINK)
READER = (rights.PROBLEM_READ, rights.PROBLEM_READ_ALL)
# How each state is reached from nothing, step by step.
PATHS: dict[str, tuple[str, ...]] = {
    "new": (), "assess": ("assess",), "investigating": ("investigate",),
    "root_cause_known": ("investigate", "find_cause"), "known_error": ("investigate", "record_error"),
    "fix_in_progress": ("investigate", "find_cause", "begin_fix"),
    "resolved": ("investigate", "find_cause", "resolve"), "closed": ("investigate", "find_cause", "resolve", "close"),
    "cancelled": ("cancel",), "risk_accepted": ("assess", "accept_risk"),
}


class Office:
    """A group that looks for causes, its analyst, a manager elsewhere, a reader, and an analyst of another group."""

    def __init__(self) -> None:
        self.analyst_person = make_person(name="Zhao Lei")
        self.group = make_group(self.analyst_person)
        self.other = make_group(make_person(name="Sun Li"))
        self.who: dict[str, Actor] = {
            "manager": make_actor(MANAGER, person=make_person(name="Wang Fang"), user_id=4001),
            "analyst": make_actor(ANALYST, person=self.analyst_person, groups=(self.group,), user_id=4002),
            "reader": make_actor(READER, person=make_person(name="Li Na"), user_id=4003),
            "elsewhere": make_actor(ANALYST, person=make_person(name="Qian Jun"), groups=(self.other,), user_id=4004),
        }

    def values_of(self, action: str) -> dict[str, Any]:
        """Return what a step asks for."""
        code = {"root_cause_code": value("problem.root_cause_code", "software")}
        return {
            "assign": {"assignee": self.analyst_person}, "find_cause": {"root_cause": "A leak", **code},
            "record_error": {"root_cause": "A leak", "workaround": "Restart it"},
            "publish": {"workaround": "Restart it"}, "give_up_fix": {"reason": "No better"},
            "resolve": {"permanent_fix": "Upgraded"}, "reopen": {"reason": "It is back"},
            "accept_risk": {"reason": "Too dear"}, "cancel": {"reason": "A mistake"},
            "confirm_error": {"review_on": today() + timedelta(days=30)}, "retire_error": {"reason": "Replaced"},
        }.get(action, {})

    def problem(self, state: str = "new", **values: Any) -> Problem:
        """Record a problem and take it to a state."""
        with acting_as(SYSTEM):
            made = problem_service.create(SYSTEM, {"title": "Mail server stops", "group": self.group, **values})
            for action in PATHS[state]:
                problem_service.transition(SYSTEM, made.id, action, self.values_of(action))
        assert made.state == state
        return made

    def step(self, who: str, problem: Problem, action: str, **values: Any) -> Problem:
        """Take a step as somebody."""
        with acting_as(self.who[who]):
            return problem_service.transition(self.who[who], problem.id, action, values or self.values_of(action))


def value(picklist: str, code: str) -> int:
    """Return the id of a list's value."""
    found = repositories.value_id(picklist, code)
    assert found is not None
    return found
