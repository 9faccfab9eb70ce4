"""Tasks on the problem's page."""

from typing import Any

from addons.problem.models import Task
from addons.problem.models.task import STATES
from addons.problem.services import task_service
from addons.problem.views.causes import PROBLEMS
from app.organisation.options import members_of
from app.sdk.i18n import _l, _lp
from app.web.children import ChildView
from app.web.interface import Interface


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
    }
    list_columns = ["title", "problem", "state", "group", "assignee", "due_on"]
    search_columns = ["problem", "state", "group", "assignee", "due_on"]
    order_columns = ["due_on"]
    add_columns = ["problem", "title", "group", "assignee", "due_on"]
    edit_columns = ["title", "state", "group", "assignee", "due_on", "result"]
    show_columns = [*list_columns, "result"]
    choice_columns = {"state": STATES}
    option_filters = {"assignee": members_of("group")}
