"""Rules of incident management."""

from addons.incident.services import clearance  # what leavers hold
from addons.incident.services.incident import incident_service

__all__ = ["clearance", "incident_service"]
