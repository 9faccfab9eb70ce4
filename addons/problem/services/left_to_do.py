"""What is still to be done about a problem that comes to an end: nothing of it is left open."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select

from addons.problem.models import Problem, Task
from addons.problem.models.task import DROPPED, OPEN
from addons.problem.services.tasks import task_service
from app.db import session
from app.sdk.actor import SYSTEM


def has_open_tasks(problem_id: int) -> bool:
    """Say whether something is still to be done about a problem."""
    return session().execute(select(Task.id).where(*_open(problem_id)).limit(1)).first() is not None


def open_tasks(problem_id: int) -> list[Task]:
    """Return the open tasks of a problem, locked."""
    wanted = select(Task).where(*_open(problem_id)).order_by(Task.id)
    return list(session().execute(wanted.with_for_update(of=Task)).scalars())


def _open(problem_id: int) -> tuple[ColumnElement[bool], ...]:
    return Task.problem_id == problem_id, Task.state == OPEN, Task.deleted_at.is_(None)


def drop(problem: Problem) -> None:
    """Drop what is open: nobody works on the problem any more, whoever may change its tasks."""
    for task in open_tasks(problem.id):
        task_service.update(SYSTEM, task.id, {"state": DROPPED})


def move(tasks: Iterable[Task], problem_id: int) -> None:
    """Let tasks go on at another problem; the meeting that wanted them was about the first."""
    for task in tasks:
        task.problem_id, task.review_id = problem_id, None
    session().flush()
