"""Who is logged in, and everybody's keys for programs: an administrator ends the ones and takes the others back."""

from typing import Any

from app.sdk.i18n import _l, listed
from app.security.devices import device_text
from app.security.models import ApiToken, LoginSession
from app.security.right_texts import scope_texts
from app.security.services import session_service, token_service
from app.web.interface import Interface
from app.web.panels import AuditPanel
from app.web.record_view import RecordView
from app.web.words import ending_text

READ_ONLY = {"add", "edit", "download", "action", "action_post", "transition", "note", "attach",
             "edit_entry", "withdraw_entry"}


class LoginSessionView(RecordView):
    """Who is logged in; deleting an entry ends the session at the next click."""

    datamodel = Interface(LoginSession)
    service = session_service
    class_permission_name = "login_session"
    route_base = "/security/sessions"
    exclude_route_methods = READ_ONLY
    label, label_plural = _l("Log-in session"), _l("Log-in sessions")
    label_columns = {
        "user": _l("User"), "created_at": _l("Logged in at"), "last_seen_at": _l("Last seen at"),
        "ended_at": _l("Ended at"), "ended_because": _l("Ended because of"), "ip": _l("Address"),
        "user_agent": _l("Device"),
    }
    list_columns = ["user", "user_agent", "ip", "created_at", "last_seen_at", "ended_at", "ended_because"]
    search_columns = ["user", "last_seen_at", "ended_at", "ip"]
    add_columns = ["ip"]
    edit_columns = ["ip"]
    show_columns = list_columns
    base_order = ("last_seen_at", "desc")
    formatters_columns = {"ended_because": ending_text, "user_agent": device_text}


def scopes_text(scopes: Any) -> str:
    """Return what a key may do, in words."""
    return listed(scope_texts(scopes))


def networks_text(networks: Any) -> str:
    """Return from where a key is taken."""
    return listed(networks or ())


class ApiTokenView(RecordView):
    """Everybody's keys for programs; deleting an entry takes the key back, and its row stays."""

    datamodel = Interface(ApiToken)
    service = token_service
    class_permission_name = "api_token"
    route_base = "/security/tokens"
    exclude_route_methods = READ_ONLY
    label, label_plural = _l("Key for programs"), _l("Keys for programs")
    label_columns = {
        "user": _l("User"), "name": _l("What is it for?"), "scopes": _l("Rights"),
        "networks": _l("Only from these addresses"), "created_at": _l("Made"), "last_used_at": _l("Last used"),
        "last_used_ip": _l("Address"), "expires_at": _l("Valid until"), "revoked_at": _l("Taken back"),
    }
    list_columns = ["name", "user", "created_at", "last_used_at", "last_used_ip", "expires_at", "revoked_at"]
    search_columns = ["user", "last_used_at", "expires_at", "revoked_at"]
    add_columns = ["name"]
    edit_columns = ["name"]
    show_columns = ["name", "user", "scopes", "networks", *list_columns[2:]]
    base_order = ("last_used_at", "desc")
    formatters_columns = {"scopes": scopes_text, "networks": networks_text}
    panels = [AuditPanel()]
