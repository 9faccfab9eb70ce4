"""Rules of incident management."""

from addons.incident.services import clearance, personal_data  # what leavers hold, what is kept of people
from addons.incident.services.incident import incident_service
from addons.incident.services.policy import closing_policy_service

__all__ = ["clearance", "closing_policy_service", "incident_service", "personal_data"]
