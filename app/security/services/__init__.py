"""Rules of log-ins and roles."""

from app.security.services.access_rules import access_rule_service
from app.security.services.api_tokens import token_service
from app.security.services.bindings import binding_service
from app.security.services.ending import session_service
from app.security.services.field_rights import field_right_service
from app.security.services.lockout import lockout_service
from app.security.services.password_links import password_link_service
from app.security.services.roles import role_service
from app.security.services.second_factors import second_factor_service
from app.security.services.users import user_service

__all__ = [
    "access_rule_service", "binding_service", "field_right_service", "lockout_service", "password_link_service",
    "role_service", "second_factor_service", "session_service", "token_service", "user_service",
]
