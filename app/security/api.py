"""Log-in sessions and keys for programs by REST, read and ended or taken back; roles and data rules, made as well."""

from typing import Any, ClassVar

from app.sdk.confidentiality import LEVELS
from app.sdk.errors import InvalidField
from app.sdk.i18n import _, _l
from app.security.models import AccessRule, ApiToken, LoginSession, RoleProfile
from app.security.services import access_rule_service, role_service, session_service, token_service
from app.web import entity_tags
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


class DataRuleApi(RecordApi):
    """/api/v1/data_rule/"""

    datamodel = Interface(AccessRule)
    service = access_rule_service
    resource_name = "data_rule"
    class_permission_name = "role"
    exclude_route_methods: ClassVar[set[str]] = {"transition", "note"}
    list_columns = ["id", "name", "record_type", "scope", "conditions", "is_limit", "role_id", "group_id", "may_read",
                    "may_create", "may_write", "may_delete", "is_active"]
    search_columns = ["record_type", "role", "group", "is_limit", "is_active"]
    add_columns = ["name", "record_type", "scope", "conditions", "is_limit", "role", "group", "may_read", "may_create",
                   "may_write", "may_delete", "is_active"]
    edit_columns = add_columns


class RoleApi(RecordApi):
    """/api/v1/role/: a role, with the keys of all that it allows as `permissions` where one is read or written."""

    datamodel = Interface(RoleProfile)
    service = role_service
    resource_name = class_permission_name = "role"
    exclude_route_methods: ClassVar[set[str]] = {"transition", "note", "merge", "unmerge", "restore"}
    list_columns = ["id", "role_id", "code", "label", "addon", "is_self_service", "clearance",
                    "needs_second_factor"]
    label_columns: ClassVar[dict[str, Any]] = {
        "label": _l("Name"), "is_self_service": _l("For customers"),
        "needs_second_factor": _l("Demands a second factor"), "clearance": _l("Clearance"),
    }
    choice_columns: ClassVar[dict[str, Any]] = {"clearance": LEVELS}
    search_columns = ["code", "addon", "is_self_service"]
    add_columns = ["code", "label", "is_self_service", "clearance", "needs_second_factor"]
    edit_columns = ["label", "is_self_service", "clearance", "needs_second_factor"]

    @staticmethod
    def _load(schema: Any, data: dict[str, Any], *, partial: bool = False) -> dict[str, Any]:
        rest = dict(data)
        keys = rest.pop("permissions", None)
        if keys is None:
            return RecordApi._load(schema, rest, partial=partial)
        if not isinstance(keys, list) or any(not isinstance(key, str) for key in keys):
            raise InvalidField("permissions", _("Give a list of rights."))
        return {**RecordApi._load(schema, rest, partial=partial), "permissions": keys}

    def state_of(self, item: Any) -> str:
        """Return the state of the role with all that it allows."""
        return entity_tags.state_of(item, sorted(role_service.permissions_of(item)))

    def pre_get(self, data: dict[str, Any]) -> None:
        """Add what the role allows."""
        super().pre_get(data)
        profile = self._one(data["id"])
        data["result"]["permissions"] = role_service.permissions_of(profile)


APIS = [LoginSessionApi, ApiTokenApi, DataRuleApi, RoleApi]
