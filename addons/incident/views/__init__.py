"""Pages of incidents."""

from addons.incident.views.closing_policy import ClosingPolicyView
from addons.incident.views.confirming import LINK_PURPOSES
from addons.incident.views.incident import IncidentView
from addons.incident.views.menu import MENU
from addons.incident.views.quick import QuickLogView
from addons.incident.views.training import TrainingView

VIEWS = [IncidentView, QuickLogView, ClosingPolicyView, TrainingView]

__all__ = ["LINK_PURPOSES", "MENU", "VIEWS"]
