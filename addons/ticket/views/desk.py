"""How requests reach the desk, and how urgent they are."""

from addons.ticket.models import Channel, PriorityRule
from addons.ticket.services import channel_service, priority_rule_service
from addons.ticket.views.service import LABELS
from app.sdk.i18n import _l
from app.web.interface import Interface
from app.web.panels import AuditPanel
from app.web.record_view import RecordView


class ChannelView(RecordView):
    """The ways by which a request reaches the desk."""

    datamodel = Interface(Channel)
    service = channel_service
    class_permission_name = "service"
    route_base = "/ticket/channels"
    label, label_plural = _l("Channel"), _l("Channels")
    label_columns = LABELS
    list_columns = ["name", "code", "sequence", "is_active"]
    search_columns = ["code", "is_active"]
    add_columns = ["code", "name", "sequence", "is_active"]
    edit_columns = ["name", "sequence", "is_active"]
    show_columns = list_columns
    panels = [AuditPanel()]


class PriorityRuleView(RecordView):
    """The priority matrix: impact × urgency gives priority."""

    datamodel = Interface(PriorityRule)
    service = priority_rule_service
    class_permission_name = "service"
    route_base = "/ticket/priority-matrix"
    label, label_plural = _l("Cell of the priority matrix"), _l("Priority matrix")
    label_columns = LABELS
    list_columns = ["impact", "urgency", "priority"]
    search_columns = ["impact", "urgency", "priority"]
    add_columns = ["impact", "urgency", "priority"]
    edit_columns = ["priority"]
    show_columns = list_columns
    list_template = "ticket/priority_matrix.html"
    page_size = 200
    option_filters = {"impact": "ticket.impact", "urgency": "ticket.urgency", "priority": "ticket.priority"}
    panels = [AuditPanel()]
