"""Rules of problem management."""

from addons.problem.services import clearance  # what leavers hold
from addons.problem.services.causes import cause_service
from addons.problem.services.problem import problem_service
from addons.problem.services.reviews import review_service
from addons.problem.services.tasks import task_service

__all__ = ["cause_service", "clearance", "problem_service", "review_service", "task_service"]
