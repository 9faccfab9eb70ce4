"""Reminding people of days that have come: each day of a task or a problem once, however often the job runs."""

from datetime import date
from typing import Any

from sqlalchemy import or_, select

from addons.problem.models import Problem, Task
from addons.problem.models.task import OPEN
from addons.problem.services.duties import to_review
from addons.problem.services.told import REVIEW_DUE, TASK_DUE
from addons.ticket import repositories
from app.db import session
from app.notify import notify

BATCH = 50


def remind_some(today: date) -> bool:
    """Remind of up to 50 tasks and 50 reviews; say whether more wait. Needs a writing unit of work."""
    return any([_remind_of_tasks(today), _remind_of_reviews(today)])


def _remind_of_tasks(today: date) -> bool:
    wanted = select(Task).where(
        Task.state == OPEN, Task.due_on <= today, _is_new(Task.reminded_of, Task.due_on),
        Task.problem_id.in_(select(Problem.id))).order_by(Task.id).limit(BATCH).with_for_update(of=Task)
    found = list(session().execute(wanted).scalars())
    for task in found:
        task.reminded_of = task.due_on
        notify(_whom(task.assignee_id, task.group_id), TASK_DUE, ("problem", task.problem_id), is_internal=True,
               task=task.title, due=str(task.due_on))
    session().flush()
    return len(found) == BATCH


def _remind_of_reviews(today: date) -> bool:
    wanted = select(Problem).where(to_review(today), _is_new(Problem.reminded_of, Problem.review_on)).order_by(
        Problem.id).limit(BATCH).with_for_update(of=Problem)
    found = list(session().execute(wanted).scalars())
    for problem in found:
        problem.reminded_of = problem.review_on
        notify(_whom(problem.assignee_id, problem.group_id), REVIEW_DUE, ("problem", problem.id), is_internal=True,
               due=str(problem.review_on))
    session().flush()
    return len(found) == BATCH


def _is_new(reminded: Any, day: Any) -> Any:
    return or_(reminded.is_(None), reminded != day)


def _whom(assignee_id: int | None, group_id: int | None) -> list[int]:
    # Where nobody holds it the whole group is told.
    if assignee_id is not None:
        return [assignee_id]
    return repositories.members_of(group_id) if group_id is not None else []
