"""Where problems stand in the menu."""

from addons.problem.permissions import PROBLEM_CLOSE, PROBLEM_READ, PROBLEM_WRITE
from addons.problem.views.known_error import KnownErrorView
from addons.problem.views.problem import ProblemView
from addons.problem.views.reviews import ReviewView
from addons.problem.views.tasks import TaskView
from app.sdk.i18n import _l
from app.sdk.menu import MenuItem

MENU = [
    MenuItem("problem.list", _l("Problems"), view=ProblemView, parent="service_operation", sequence=30,
             permission=PROBLEM_READ, icon="bug", letter="p"),
    MenuItem("problem.known_errors", _l("Known errors"), view=KnownErrorView, parent="service_operation", sequence=35,
             permission=PROBLEM_READ, icon="bulb"),
    MenuItem("problem.tasks", _l("Problem tasks"), view=TaskView, parent="service_operation", sequence=36,
             permission=PROBLEM_WRITE, icon="checklist"),
    MenuItem("problem.reviews", _l("Problem reviews"), view=ReviewView, parent="service_operation", sequence=37,
             permission=PROBLEM_CLOSE, icon="users-group"),
]
