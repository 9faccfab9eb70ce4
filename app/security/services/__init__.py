"""Rules of log-ins and roles."""

from app.security.services.api_tokens import token_service
from app.security.services.roles import role_service
from app.security.services.users import user_service

__all__ = ["role_service", "token_service", "user_service"]
