"""Tables of incidents."""

from addons.incident.models.incident import Incident
from addons.incident.models.quick_entry import QuickEntry

__all__ = ["Incident", "QuickEntry"]
