"""Log-in sessions and keys for programs by REST: read, and ended or taken back. Neither is made this way."""

from app.security.models import ApiToken, LoginSession
from app.security.services import session_service, token_service
from app.web.interface import Interface
from app.web.record_api import RecordApi

WRITING = {"post", "put", "transition", "note"}


class LoginSessionApi(RecordApi):
    """/api/v1/login_session/"""

    datamodel = Interface(LoginSession)
    service = session_service
    resource_name = class_permission_name = "login_session"
    exclude_route_methods = WRITING
    list_columns = ["id", "user_id", "ip", "user_agent", "created_at", "last_seen_at", "ended_at", "ended_because"]
    search_columns = ["user", "last_seen_at", "ended_at", "ip"]
    add_columns = ["ip"]
    edit_columns = ["ip"]


class ApiTokenApi(RecordApi):
    """/api/v1/api_token/"""

    datamodel = Interface(ApiToken)
    service = token_service
    resource_name = class_permission_name = "api_token"
    exclude_route_methods = WRITING
    list_columns = ["id", "user_id", "name", "scopes", "networks", "created_at", "last_used_at", "last_used_ip",
                    "expires_at", "revoked_at"]
    search_columns = ["user", "last_used_at", "expires_at", "revoked_at"]
    add_columns = ["name"]
    edit_columns = ["name"]


APIS = [LoginSessionApi, ApiTokenApi]
