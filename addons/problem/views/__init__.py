"""Pages of problems."""

from addons.problem.views import happened  # how entries of timelines read
from addons.problem.views.causes import CauseView
from addons.problem.views.known_error import KnownErrorView
from addons.problem.views.menu import MENU
from addons.problem.views.problem import ProblemView
from addons.problem.views.reviews import ReviewView
from addons.problem.views.tasks import TaskView

VIEWS = [ProblemView, KnownErrorView, CauseView, TaskView, ReviewView]

__all__ = ["MENU", "VIEWS", "happened"]
