"""Rules of log-ins and roles."""

from app.security.services.roles import role_service
from app.security.services.users import user_service

__all__ = ["role_service", "user_service"]
