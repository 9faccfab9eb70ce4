"""Tables of incidents."""

from addons.incident.models.closing_policy import ClosingPolicy
from addons.incident.models.incident import Incident
from addons.incident.models.quick_entry import QuickEntry

__all__ = ["ClosingPolicy", "Incident", "QuickEntry"]
