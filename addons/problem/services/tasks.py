"""What has to be done about a problem."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import inspect, select

from addons.problem.events import TaskAssigned, TaskDone
from addons.problem.models import Problem, Review, Task
from addons.problem.models.task import DONE, DROPPED, OPEN, STATES
from addons.problem.permissions import PROBLEM_WRITE
from addons.problem.services.told import TASK_ENDED
from addons.ticket import repositories
from addons.ticket.services.worked import WORKED, log_minutes
from app.db import session
from app.records import timeline
from app.records.service import RecordService
from app.records.values import all_or_nothing
from app.sdk import workflow as category
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField
from app.sdk.events import announce
from app.sdk.i18n import _


class TaskService(RecordService[Task]):
    """The tasks of problems. Minutes that are said with a task are logged on its problem."""

    @all_or_nothing
    def create(self, actor: Actor, values: Mapping[str, Any]) -> Task:
        """Record a task. Raises Forbidden, MissingFields or InvalidField."""
        made = super().create(actor, _but_minutes(values))
        self._told(actor, made, values, before=(None, None))
        return made

    @all_or_nothing
    def update(self, actor: Actor, record_id: int, values: Mapping[str, Any], version: int | None = None) -> Task:
        """Change a task. Raises NotFound, Forbidden, Stale or InvalidField."""
        held = self.get_for_update(record_id)
        before = (held.assignee_id, held.state)
        changed = super().update(actor, record_id, _but_minutes(values), version)
        self._told(actor, changed, values, before)
        return changed

    def prepare(self, actor: Actor, record: Task, values: Mapping[str, Any]) -> None:
        """Check who does it, and that what is done says how it went. Raises InvalidField."""
        state = record.state or OPEN
        if state not in STATES:
            raise InvalidField("state", _("Choose an entry of the list."))
        if state == DONE and not (record.result or "").strip():
            raise InvalidField("result", _("Say how it went."))
        if {"group_id", "assignee_id"} & set(values) and record.assignee_id is not None and (
                record.group_id is not None and not repositories.is_member(record.assignee_id, record.group_id)):
            raise InvalidField("assignee", _("This person is not in the work group."))
        if state == OPEN:
            self._check_problem(record, values)
        if record.review_id is not None and ("review_id" in values or inspect(record).transient):
            its = session().execute(select(Review.problem_id).where(Review.id == record.review_id)).scalar()
            if its != record.problem_id:
                raise InvalidField("review", _("This meeting was about another problem."))

    @staticmethod
    def _check_problem(task: Task, values: Mapping[str, Any]) -> None:
        asked = "problem" if inspect(task).transient or "problem_id" in values else "state"
        if asked == "state" and not inspect(task).attrs.state.history.has_changes():
            return
        problem = session().get(Problem, task.problem_id)
        if problem is not None and problem.state_category == category.CLOSED:
            raise InvalidField(asked, _("Nobody works on %(record)s any more: reopen it first.", record=problem.number))

    @staticmethod
    def _told(actor: Actor, task: Task, values: Mapping[str, Any], before: tuple[int | None, str | None]) -> None:
        log_minutes(actor, task.problem_id, values.get(WORKED), note=task.title)
        assignee, state = before
        if task.assignee_id is not None and task.assignee_id != assignee:
            announce(TaskAssigned(task.id, task.problem_id, task.assignee_id))
        if task.state != state and task.state in (DONE, DROPPED):
            # How a task ended belongs to the story of its problem.
            said = [task.title, task.result if task.state == DONE else None]
            timeline.add_entry(session(), session().get_one(Problem, task.problem_id), "system",
                               data={"happened": [TASK_ENDED, said]})
        if task.state == DONE and state != DONE:
            announce(TaskDone(task.id, task.problem_id))


def _but_minutes(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != WORKED}


task_service = TaskService(
    Task, PROBLEM_WRITE, {"problem", "title", "state", "group", "assignee", "due_on", "result", "review"},
    {"problem_id", "title"})
