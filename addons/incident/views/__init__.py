"""Pages of incidents."""

from addons.incident.views.incident import IncidentView
from addons.incident.views.menu import MENU
from addons.incident.views.training import TrainingView

VIEWS = [IncidentView, TrainingView]

__all__ = ["MENU", "VIEWS"]
