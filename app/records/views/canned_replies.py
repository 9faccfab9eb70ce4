"""Canned replies: texts that everybody at the desk, or one work group, writes often."""

from typing import Any

from app.records.canned_replies import PLACEHOLDERS, USES, CannedReply
from app.records.services import canned_reply_service
from app.sdk.i18n import _l
from app.web.interface import Interface
from app.web.panels import AuditPanel, FieldsPanel
from app.web.record_view import RecordView


class CannedReplyView(RecordView):
    """One text, offered in the composer of every record."""

    datamodel = Interface(CannedReply)
    service = canned_reply_service
    class_permission_name = "canned_reply"
    route_base = "/records/canned-replies"
    label, label_plural = _l("Canned reply"), _l("Canned replies")
    label_columns = {
        "name": _l("Name"), "text": _l("Text"), "group": _l("Work group"), "use": _l("For"), "sequence": _l("Order"),
        "is_active": _l("Active"),
    }
    description_columns = {
        "text": _l("The record fills in: %(places)s",
                   places=" ".join(f"{{{{{name}}}}}" for name in PLACEHOLDERS)),
        "group": _l("Only its members are offered the text; empty for everybody who works here."),
        "sequence": _l("Small numbers come first."),
    }
    list_columns = ["name", "group", "use", "sequence", "is_active"]
    search_columns = ["group", "use", "is_active"]
    add_columns = ["name", "text", "use", "group", "sequence", "is_active"]
    edit_columns = add_columns
    show_columns = add_columns
    order_columns = ["sort_zh", "sort_en"]
    base_order = ("sequence", "asc")
    choice_columns = {"use": USES}
    panels = [FieldsPanel("text", title=_l("Text"), key="text"), AuditPanel()]

    def fill_new(self, form: Any) -> None:
        form.use.data = form.use.data or "both"
