"""Log-in sessions and keys for programs by REST, read and ended or taken back; roles and data rules, made as well."""

from typing import Any, ClassVar

from flask_appbuilder.security.sqla.models import User
from marshmallow import Schema, fields, validate

from app.sdk.confidentiality import LEVELS
from app.sdk.errors import InvalidField
from app.sdk.i18n import _, _l
from app.security.models import AccessRule, ApiToken, LoginSession, RoleProfile
from app.security.services import access_rule_service, role_service, session_service, token_service, user_service
from app.security.views.log_ins import LogInInterface
from app.security.views.users import LABELS
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


class UserIn(Schema):
    """What is given of a log-in."""

    username = fields.String(validate=validate.Length(max=64))
    password = fields.String(load_only=True, validate=validate.Length(max=200))
    must_change = fields.Boolean()
    email = fields.String(allow_none=True, validate=validate.Length(max=200))
    active = fields.Boolean()
    person_id = fields.Integer(strict=True)
    name = fields.String(validate=validate.Length(max=200))
    group_id = fields.Integer(strict=True)
    roles = fields.List(fields.Integer(strict=True))
    language = fields.String(allow_none=True)
    timezone = fields.String(allow_none=True)


class UserApi(RecordApi):
    """/api/v1/user/: log-ins; `roles` are the ids of roles, the password is written once and never read."""

    datamodel = LogInInterface(User)
    service = user_service
    resource_name = class_permission_name = "user"
    exclude_route_methods: ClassVar[set[str]] = {"merge", "unmerge", "restore"}
    list_columns = ["id", "username", "first_name", "email", "active", "last_login", "login_count"]
    search_columns = ["username", "first_name", "email", "active"]
    add_columns = edit_columns = ["username", "email", "active"]
    add_model_schema = UserIn()
    edit_model_schema = UserIn(only=("username", "email", "active", "roles", "language", "timezone"))
    label_columns = LABELS
    order_columns = ["username", "email"]
    base_order = ("username", "asc")

    def pre_get(self, data: dict[str, Any]) -> None:
        """Add the log-in's own roles."""
        super().pre_get(data)
        data["result"]["roles"] = sorted(role.id for role in self._one(data["id"]).roles)

    def state_of(self, item: Any) -> str:
        """Return the state of the log-in with its own roles; that somebody logged in is no change of it."""
        state = [item.id, item.username, item.email, item.active, sorted(role.id for role in item.roles)]
        return entity_tags.state_of_values(state)


APIS = [UserApi, LoginSessionApi, ApiTokenApi, DataRuleApi, RoleApi]
