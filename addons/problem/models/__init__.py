"""Tables of problems."""

from addons.problem.models.cause import Cause
from addons.problem.models.problem import Problem
from addons.problem.models.review import Participant, Review
from addons.problem.models.task import Task

__all__ = ["Cause", "Participant", "Problem", "Review", "Task"]
