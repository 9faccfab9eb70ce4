"""Lists, forms and the page of an incident."""

from typing import Any

from addons.incident.models import Incident
from addons.incident.permissions import (
    INCIDENT_CLOSE,
    INCIDENT_OVERRIDE_PRIORITY,
    INCIDENT_SEE_INTERNAL,
    INCIDENT_SET_DESK,
)
from addons.incident.services import incident_service
from addons.incident.workflow import INCIDENT
from addons.ticket.panels import WorkedSteps, WorkPanel
from app.organisation.labels import SUPPORT_LINES
from app.organisation.options import members_of, service_desks
from app.organisation.permissions import PERSON_READ
from app.sdk.actor import current_actor
from app.sdk.confidentiality import LEVELS
from app.sdk.i18n import _l, _lp
from app.web.bulk import ChangeFields
from app.web.calendar_mode import Calendar
from app.web.caller import CallerPanel
from app.web.choices import same
from app.web.gantt import Gantt
from app.web.graph import Average, Graph
from app.web.hints import Hints
from app.web.inline import ByEdit, ByStep
from app.web.interface import Interface
from app.web.kanban import Kanban
from app.web.list_views import ShippedFilter
from app.web.panels import AttachmentsPanel, AuditPanel, FieldsPanel, HoldersPanel, Slot, TimelinePanel
from app.web.record_view import RecordView
from app.web.related_bulk import MergeInto, ResolveWithChildren, SetParent
from app.web.related_panel import RelationsPanel
from app.web.related_routes import LINK_LABELS, RelatedRoutes, link_text
from app.web.rich import rich
from app.web.surroundings import SurroundingsPanel

LABELS = {
    "number": _l("Number"), "kind": _l("Type"), "title": _l("Title"), "description": _l("Description"),
    "state": _l("State"), "pending_reason": _l("Pending reason"), "priority": _l("Priority"),
    "impact": _l("Impact"), "urgency": _l("Urgency"), "priority_reason": _l("Reason of the priority"),
    "channel": _l("Channel"), "caller": _l("Caller"), "on_behalf_of": _l("On behalf of"),
    "company": _l("Company"), "department": _l("Department"), "site": _l("Site"),
    "contact_phone": _l("Contact phone"), "service": _l("Service"), "offering": _l("Service offering"),
    "category": _l("Category"), "symptom": _l("Symptom"), "group": _lp("ticket", "Work group"),
    "desk_group": _l("Owning service desk"), "solved_group": _l("Solved by group"), "told_at": _l("Customer told at"),
    "answer_by": _l("Answer expected by"),
    "assignee": _l("Assignee"),
    "support_line": _l("Support line"), "supplier": _l("Supplier"),
    "supplier_reference": _l("Supplier's reference"), "opened_at": _l("Opened at"),
    "resolved_at": _l("Resolved at"), "closed_at": _l("Closed at"), "resolution_code": _l("Resolution code"),
    "cause_code": _l("Cause code"), "solution": _l("Solution"), "reopen_count": _l("Reopened"),
    "transfer_count": _l("Transferred"), "is_vip": _l("VIP"), "tags": _l("Tags"), "reason": _l("Reason"),
    "confidentiality": _l("Confidentiality"), **LINK_LABELS,
}


class IncidentView(Hints, WorkedSteps, RelatedRoutes, RecordView):
    """Incidents: the agent's daily page."""

    datamodel = Interface(Incident)
    service = incident_service
    workflow = INCIDENT
    class_permission_name = "incident"
    in_palette = True
    card_field = "caller"
    # What the title reminds of, whoever knows it: known errors, articles, bulletins.
    hint_slot, hint_fields = "incident.hints", ("title", "category")
    route_base = "/incident/incidents"
    list_title = _l("Incidents")
    show_title = _l("Incident")
    add_title = _l("Log an incident")
    edit_title = _l("Edit the incident")
    label_columns = LABELS
    list_columns = ["number", "title", "kind", "state", "priority", "caller", "group", "assignee", "opened_at"]
    optional_columns = [
        "impact", "urgency", "category", "service", "company", "department", "site", "channel", "support_line",
        "pending_reason", "resolved_at", "closed_at", "desk_group", "solved_group", "told_at", "answer_by",
        "on_behalf_of", "supplier", "reopen_count", "transfer_count",
        "is_vip", "confidentiality", "tags",
    ]
    search_columns = [
        "number", "title", "kind", "state", "pending_reason", "priority", "impact", "urgency", "caller", "company",
        "department", "site", "group", "assignee", "desk_group", "solved_group", "category", "service", "channel",
        "opened_at", "resolved_at", "closed_at", "told_at", "answer_by", "confidentiality",
        "is_vip",
    ]
    list_modes = [
        Kanban(columns=("state", "assignee", "priority")),
        Calendar("opened_at", colour="priority"),
        Gantt("opened_at", ["resolved_at", "closed_at"], groups=["group", "assignee"]),
        Graph(["state", "priority", "group", "category", "channel", "company", "opened_at"],
              [Average("reopen_count", _l("Reopened, on average")),
               Average("transfer_count", _l("Transferred, on average"))]),
    ]
    order_columns = ["number", "priority", "impact", "urgency", "opened_at", "resolved_at", "closed_at"]
    base_order = ("opened_at", "desc")
    shipped_filters = [
        ShippedFilter("mine", _l("My open"), [("assignee", "me"), ("state", "open")], INCIDENT_SEE_INTERNAL),
        ShippedFilter("unassigned", _l("My groups' unassigned"),
                      [("group", "my_groups"), ("assignee", "empty"), ("state", "open")], INCIDENT_SEE_INTERNAL),
        ShippedFilter("open", _l("All open"), [("state", "open")]),
        ShippedFilter("waiting", _l("Waiting for the customer"),
                      [("state", "open"), ("pending_reason", "eq", "customer")]),
        ShippedFilter("resolved", _l("Resolved, not closed"), [("state", "eq", "resolved")]),
        ShippedFilter("to_tell", _l("Back at my service desk, customer not told"),
                      [("desk_group", "my_groups"), ("state", "eq", "resolved"), ("told_at", "empty")],
                      INCIDENT_CLOSE),
        ShippedFilter("today", _l("Opened today"), [("opened_at", "period", "today")], INCIDENT_SEE_INTERNAL),
    ]
    add_fieldsets = [
        (_l("Request"), {"fields": ["caller", "channel", "title", "description", "kind", "category"]}),
        (_l("Urgency and ownership"), {"fields": ["impact", "urgency", "service", "offering", "group", "assignee"]}),
        (_l("More"), {"fields": ["contact_phone", "on_behalf_of", "symptom", "confidentiality"]}),
    ]
    edit_fieldsets = [
        (_l("Request"), {"fields": ["caller", "channel", "title", "description", "kind", "category"]}),
        (_l("Urgency"), {"fields": ["impact", "urgency", "priority", "priority_reason"]}),
        (_l("More"), {"fields": ["service", "offering", "contact_phone", "on_behalf_of", "symptom", "site", "supplier",
                                 "supplier_reference", "desk_group", "confidentiality"]}),
    ]
    show_fieldsets = [
        (_l("Ownership"), {"fields": ["number", "title", "state", "pending_reason", "group", "assignee", "desk_group",
                                      "support_line", "supplier", "supplier_reference"]}),
        (_l("Caller"), {"fields": ["caller", "on_behalf_of", "contact_phone", "is_vip", "company", "department",
                                   "site", "channel"]}),
        (_l("Classification"), {"fields": ["kind", "priority", "impact", "urgency", "priority_reason", "category",
                                           "symptom", "service", "offering", "confidentiality"]}),
        (_l("Course"), {"fields": ["opened_at", "resolved_at", "solved_group", "told_at", "answer_by", "closed_at",
                                   "resolution_code", "cause_code", "solution", "reopen_count", "transfer_count",
                                   "description"]}),
    ]
    panels = [
        FieldsPanel("description", "solution", "resolution_code", "cause_code", title=_l("Description"), key="text"),
        TimelinePanel(),
        CallerPanel("caller"),
        SurroundingsPanel(),
        HoldersPanel(),
        WorkPanel(),
        AttachmentsPanel(),
        RelationsPanel(),
        AuditPanel(),
        Slot("incident.side"),
    ]
    bulk_actions = [
        ChangeFields("priority", "priority_reason", label=_l("Change priority"), icon="flag", must=["priority"],
                     permission=INCIDENT_OVERRIDE_PRIORITY),
        ChangeFields("impact", "urgency", label=_l("Change impact and urgency"), icon="urgent"),
        ChangeFields("category", label=_l("Change category"), icon="category"),
        ChangeFields("desk_group", label=_l("Change the owning service desk"), icon="headset",
                     permission=INCIDENT_SET_DESK),
        ResolveWithChildren(), SetParent(), MergeInto(),
    ]
    inline = {
        "assignee": ByStep("assign", "assignee"), "group": ByStep("assign", "group", "assignee", "reason"),
        "priority": (ByEdit("priority", "priority_reason", permission=INCIDENT_OVERRIDE_PRIORITY),
                     ByEdit("impact", "urgency")),
        "category": ByEdit("category"), "desk_group": ByEdit("desk_group", permission=INCIDENT_SET_DESK),
    }
    choice_columns = {"support_line": SUPPORT_LINES, "confidentiality": LEVELS}
    formatters_columns = {"description": rich, "solution": rich, **dict.fromkeys(LINK_LABELS, link_text("incident"))}
    # A choice stored as its code: the list that the form offers.
    picklist_columns = {"kind": "incident.kind", "pending_reason": "ticket.pending_reason"}
    option_filters = {
        "assignee": members_of("group"), "desk_group": service_desks(), "offering": same("service"),
        "category": "ticket.category",
        "impact": "ticket.impact", "urgency": "ticket.urgency",
        "priority": "ticket.priority", "symptom": "incident.symptom", "resolution_code": "incident.resolution_code",
        "cause_code": "incident.cause_code",
    }

    def locked_fields(self, item: Any) -> frozenset[str]:
        found = super().locked_fields(item)
        return found if current_actor().can(INCIDENT_SET_DESK) else found | {"desk_group"}

    def fill_new(self, form: Any) -> None:
        actor = current_actor()
        # A customer calls for themselves.
        if form.caller.data is None and not actor.can(PERSON_READ):
            form.caller.process_data(actor.person_id)
