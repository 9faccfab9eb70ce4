"""Tasks on the problem's page."""

from typing import Any

from addons.problem.models import Task
from addons.problem.models.task import OPEN, STATES
from addons.problem.services import task_service
from addons.problem.views.causes import PROBLEMS
from addons.ticket.panels import may_log, worked_field
from addons.ticket.services.worked import WORKED
from app.organisation.options import members_of
from app.sdk.actor import current_actor
from app.sdk.i18n import _l, _lp
from app.web.children import ChildView
from app.web.choices import same
from app.web.interface import Interface
from app.web.list_views import ShippedFilter


class TaskView(ChildView):
    """One piece of work."""

    datamodel = Interface(Task)
    service = task_service
    class_permission_name = "problem"
    route_base = "/problem/tasks"
    parent, parent_route = "problem", PROBLEMS
    label, label_plural = _lp("problem", "Task"), _lp("problem", "Tasks")
    add_title, edit_title = _l("Add a task"), _l("Edit the task")
    description_columns: Any = {"result": _l("How it went: needed once it is done.")}
    label_columns: Any = {
        "problem": _l("Problem"), "title": _l("Title"), "state": _l("State"), "group": _lp("ticket", "Work group"),
        "assignee": _l("Assignee"), "due_on": _l("Due on"), "result": _l("Result"),
        "review": _l("Decided in the review of"), WORKED: _l("Time worked"),
    }
    list_columns = ["title", "problem", "state", "group", "assignee", "due_on"]
    optional_columns = ["result", "review"]
    search_columns = ["title", "problem", "state", "group", "assignee", "due_on", "review"]
    order_columns = ["due_on"]
    add_columns = ["problem", "title", "group", "assignee", "due_on", "review"]
    edit_columns = ["title", "state", "group", "assignee", "due_on", "review", "result", WORKED]
    show_columns = [*list_columns, "result", "review"]
    shipped_filters = [
        ShippedFilter("mine", _l("My open"), [("assignee", "me"), ("state", "eq", OPEN)]),
        ShippedFilter("groups", _l("My groups' open"), [("group", "my_groups"), ("state", "eq", OPEN)]),
        ShippedFilter("overdue", _l("Overdue"), [("due_on", "older", 0), ("state", "eq", OPEN)]),
    ]
    choice_columns = {"state": STATES}
    option_filters = {"assignee": members_of("group"), "review": same("problem")}

    def _init_forms(self) -> None:
        self.edit_form_extra_fields = {WORKED: worked_field()}
        super()._init_forms()

    def locked_fields(self, item: Any) -> frozenset[str]:
        found = super().locked_fields(item)
        return found if may_log(current_actor()) else found | {WORKED}
