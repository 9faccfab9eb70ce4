"""The audit log: who changed what, when, from what to what, by which way; and whether anybody has touched it."""

from typing import Any, ClassVar

from flask import flash, redirect
from sqlalchemy import select

from app.db import session
from app.jobs.outbox import put
from app.records import audit_chain
from app.records.audit import AuditEntry
from app.records.audit_chain import AuditCheck
from app.records.settings import setting
from app.sdk.actor import Actor, current_actor
from app.sdk.i18n import _, _l
from app.web.audit_filters import AuditSearch
from app.web.audit_list import AuditInterface, is_masked, views_of
from app.web.audit_sight import out_of_sight
from app.web.audit_text import happenings
from app.web.list_views import ShippedFilter
from app.web.page import Page, expose, has_access
from app.web.panels import Panel
from app.web.record_view import RecordView
from app.web.shared import WRITING_ROUTES
from app.web.words import cause_text

LABELS = {
    "at": _l("When"), "who": _l("Who"), "actor_label": _l("Who"), "via": _l("By way of"), "cause": _l("Cause"),
    "request_id": _l("Request"), "ip": _l("Address"), "record_type": _l("Kind of record"), "record": _l("Record"),
    "record_id": _l("Id of the record"), "action": _l("What was done"), "field": _l("Field"), "what": _l("Field"),
    "old_text": _l("Old value"), "new_text": _l("New value"), "id": _l("Entry"),
}
ENTRY = ["at", "who", "via", "cause", "request_id", "ip", "record", "action"]
class ChangePanel(Panel):
    """All that one entry tells."""

    key, title, template = "change", _l("Change"), "desk/panels/audit.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        views = views_of([item.record_type])
        of = views.get(item.record_type)
        if of is None or is_masked(item, views, out_of_sight([item])):
            return {"happenings": []}
        return {"happenings": happenings(of, [item])}


class AuditView(AuditSearch, RecordView):
    """Every change, newest first. It is only ever read."""

    datamodel = AuditInterface(AuditEntry)
    class_permission_name = "audit"
    route_base = "/audit"
    exclude_route_methods = WRITING_ROUTES
    list_template = "desk/audit_list.html"
    label, label_plural = _l("Audit entry"), _l("Audit log")
    label_columns = LABELS
    list_columns = ["at", "who", "action", "record", "what", "old_text", "new_text", "via"]
    optional_columns = ["cause", "ip", "request_id", "id"]
    search_columns = ["actor_label", "at", "record_type", "record_id", "field", "action", "via", "cause", "ip",
                      "request_id"]
    add_columns = edit_columns = ["via"]
    show_columns = ENTRY
    base_order = ("at", "desc")
    formatters_columns = {"cause": cause_text}
    panels = [ChangePanel()]
    shipped_filters = [
        ShippedFilter("today", _l("Today"), [("at", "period", "today")]),
        ShippedFilter("rights", _l("Rights"), [("record_type", "in", name) for name in (
            "role_profile", "group_role", "member_role", "group_member", "user", "api_token")]),
        ShippedFilter("set_up", _l("Settings and addons"), [("record_type", "in", name) for name in (
            "setting", "addon", "workflow_override", "number_sequence", "picklist")]),
        ShippedFilter("deleted", _l("Deleted"), [("action", "in", "delete"), ("action", "in", "purge")]),
        ShippedFilter("exports", _l("Exported"), [("action", "eq", "export")]),
    ]


class AuditChainView(Page):  # type: ignore[misc]
    """Whether the audit log is as it was written: its seals, and what the last reading of the chain found."""

    route_base = "/audit-chain"
    default_view = "index"
    class_permission_name = "audit"
    method_permission_name: ClassVar[dict[str, str]] = {"index": "read", "check": "read"}

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show them."""
        checks = session().execute(select(AuditCheck).order_by(AuditCheck.id.desc()).limit(10)).scalars().all()
        kinds = {audit_chain.ALTERED: _("was changed"), audit_chain.GONE: _("is gone"),
                 audit_chain.MOVED: _("is not in its place")}
        return self.render_template(
            "desk/audit_chain.html", title=_("Seals of the audit log"), head=audit_chain.head(session()),
            waiting=audit_chain.unsealed(session()), checks=checks, kinds=kinds, days=setting("records.keep_audit"),
            through=audit_chain.removed(session())[0])

    @expose("/check", methods=["POST"])
    @has_access
    def check(self) -> Any:
        """Have the whole chain read through now."""
        put("audit.verify", {"asked_by": current_actor().label}, dedupe_key="audit.verify:page")
        flash(_("The log is being read through. Come back to this page for the result."), "success")
        return redirect(f"{self.route_base}/")
