"""What every addon is tested for."""

from tests.addon_case import AddonCase


class TestIncidentProblemAddon(AddonCase):
    addon = "incident_problem"
