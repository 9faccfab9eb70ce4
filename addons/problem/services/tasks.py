"""What has to be done about a problem."""

from collections.abc import Mapping
from typing import Any

from addons.problem.models import Task
from addons.problem.models.task import DONE, OPEN, STATES
from addons.problem.permissions import PROBLEM_WRITE
from addons.ticket import repositories
from app.records.service import RecordService
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _


class TaskService(RecordService[Task]):
    """The tasks of problems."""

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


task_service = TaskService(
    Task, PROBLEM_WRITE, {"problem", "title", "state", "group", "assignee", "due_on", "result"},
    {"problem_id", "title"})
