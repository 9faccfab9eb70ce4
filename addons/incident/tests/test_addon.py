"""What every addon is tested for."""

from addons.incident.services import incident_service
from app.sdk.actor import SYSTEM
from tests.addon_case import AddonCase
from tests.support.people import make_company, make_group, make_person


class TestIncidentAddon(AddonCase):
    addon = "incident"
    left_finals = frozenset({"closed"})  # a customer who is not content reopens

    def make_records(self):
        for _ in range(3):
            caller = make_person(company=make_company())
            incident_service.create(SYSTEM, {"title": "x", "caller": caller.id, "group": make_group().id})
