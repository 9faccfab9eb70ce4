"""Rules of incident management."""

from addons.incident.services.incident import incident_service

__all__ = ["incident_service"]
