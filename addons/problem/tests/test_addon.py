"""What every addon is tested for."""

from addons.problem.services import problem_service
from app.sdk.actor import SYSTEM
from tests.addon_case import AddonCase


class TestProblemAddon(AddonCase):
    addon = "problem"
    left_finals = frozenset({"closed", "risk_accepted"})  # what comes back is looked at again

    def make_records(self):
        for _ in range(3):
            problem_service.create(SYSTEM, {"title": "x"})
