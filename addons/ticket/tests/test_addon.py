"""What every addon is tested for."""

from tests.addon_case import AddonCase


class TestTicketAddon(AddonCase):
    addon = "ticket"
