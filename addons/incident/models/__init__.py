"""Tables of incidents."""

from addons.incident.models.incident import Incident

__all__ = ["Incident"]
