"""What waits for somebody: their tasks, and known errors and accepted risks whose day of review has come.

A number, its list and a reminder ask by the same criterion.
"""

from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select

from addons.problem.models import Problem, Task
from addons.problem.models.task import OPEN
from addons.problem.services.known_errors import in_use
from addons.problem.workflow import PROBLEM, ProblemState
from app.db import session
from app.sdk.actor import Actor
from app.sdk.workflow import CLOSED


def to_review(until: date) -> ColumnElement[bool]:
    """Return the criterion of the problems whose day of review has come by a day, and that somebody may act upon."""
    accepted = [code for code in PROBLEM.codes(CLOSED) if PROBLEM.base(code) == ProblemState.RISK_ACCEPTED]
    is_live = or_(Problem.closed_at.is_(None), Problem.state.in_(accepted))
    return and_(Problem.review_on <= until, is_live, or_(Problem.retired_at.is_(None), Problem.state.in_(accepted)))


def errors_to_review(until: date) -> ColumnElement[bool]:
    """Return those of them that are known errors in use."""
    return and_(Problem.review_on <= until, in_use())


def tasks_of(person_id: int) -> ColumnElement[bool]:
    """Return the criterion of the open tasks that somebody has to do."""
    return and_(Task.assignee_id == person_id, Task.state == OPEN)


def my_tasks(actor: Actor, limit: int) -> list[Task]:
    """Return the reader's open tasks, what is due first at the top; one more than `limit` where there are more."""
    if actor.person_id is None:
        return []
    statement = select(Task).where(tasks_of(actor.person_id)).order_by(
        Task.due_on.is_(None), Task.due_on, Task.id).limit(limit + 1)
    return list(session().execute(statement).scalars())


def my_problems(actor: Actor, limit: int) -> list[Problem]:
    """Return the open problems that the reader holds, those opened first at the top, and one more as above."""
    if actor.person_id is None:
        return []
    statement = select(Problem).where(Problem.assignee_id == actor.person_id, Problem.closed_at.is_(None),
                                      Problem.resolved_at.is_(None))
    return list(session().execute(statement.order_by(Problem.opened_at, Problem.id).limit(limit + 1)).scalars())


def due_reviews(until: date, limit: int) -> list[Problem]:
    """Return the problems to be reviewed, the longest overdue first, and one more as above."""
    statement = select(Problem).where(to_review(until)).order_by(Problem.review_on, Problem.id).limit(limit + 1)
    return list(session().execute(statement).scalars())


def title_of(task_id: int) -> str:
    """Return what a task is called; empty where it is gone."""
    return session().execute(select(Task.title).where(Task.id == task_id)).scalar() or ""
