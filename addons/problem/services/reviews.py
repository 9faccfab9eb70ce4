"""What was learned from a problem."""

from addons.problem.models import Review
from addons.problem.permissions import PROBLEM_CLOSE
from app.records.service import RecordService

review_service: RecordService[Review] = RecordService(
    Review, PROBLEM_CLOSE,
    {"problem", "held_on", "chair", "participants", "went_well", "to_improve", "conclusions", "decisions"},
    {"problem_id", "held_on", "conclusions"})
