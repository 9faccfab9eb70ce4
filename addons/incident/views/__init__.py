"""Pages of incidents."""

from addons.incident.views.incident import IncidentView
from addons.incident.views.menu import MENU

VIEWS = [IncidentView]

__all__ = ["MENU", "VIEWS"]
