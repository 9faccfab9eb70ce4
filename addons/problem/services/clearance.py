"""What a leaver holds in problems beside what every ticket has: their open tasks."""

from sqlalchemy import Select, select

from addons.problem.models import Task
from addons.problem.models.task import OPEN
from addons.problem.services.tasks import task_service
from app.organisation.clearance import KEEP, Line, register
from app.organisation.models import Person
from app.sdk.actor import Actor
from app.sdk.i18n import _l


def open_tasks(person_id: int) -> Select[int]:
    """Select the open tasks of problems that a person has to do."""
    return select(Task.id).where(
        Task.assignee_id == person_id, Task.state == OPEN, Task.deleted_at.is_(None)).order_by(Task.id)


def _hand(actor: Actor, _person: Person, row_id: int, to: Person | None) -> None:
    task_service.update(actor, row_id, {"assignee": to.id if to is not None else None})


register(Line("problem.tasks", _l("Open tasks of problems"), Task, open_tasks, _hand, _l("To nobody"), KEEP,
              sequence=220))
