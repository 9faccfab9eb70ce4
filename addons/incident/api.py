"""Incidents by REST: the same service, the same guards."""

from addons.incident.models import ClosingPolicy, Incident
from addons.incident.models.closing_policy import MODES, WORK
from addons.incident.services import closing_policy_service, incident_service
from addons.incident.workflow import INCIDENT
from app.organisation.options import members_of, service_desks
from app.sdk.confidentiality import LEVELS
from app.web.choices import same
from app.web.interface import Interface
from app.web.record_api import RecordApi
from app.web.related_api import RelatedApi

COLUMNS = [
    "id", "number", "version", "kind", "title", "description", "state", "state_category", "pending_reason",
    "channel_id", "caller_id", "on_behalf_of_id", "company_id", "department_id", "site_id", "contact_phone",
    "service_id", "offering_id", "category_id", "symptom_id", "impact_id", "urgency_id", "priority_id",
    "priority_reason", "group_id", "assignee_id", "desk_group_id", "solved_group_id", "supplier_id",
    "supplier_reference", "resolution_code_id",
    "cause_code_id", "solution", "opened_at", "resolved_at", "told_at", "answer_by", "closed_at", "reopen_count",
    "transfer_count",
    "confidentiality",
]
WRITABLE = [
    "kind", "title", "description", "channel_id", "caller_id", "on_behalf_of_id", "company_id", "department_id",
    "site_id", "contact_phone", "service_id", "offering_id", "category_id", "symptom_id", "impact_id", "urgency_id",
    "priority_id", "priority_reason", "group_id", "assignee_id", "desk_group_id", "supplier_id", "supplier_reference",
    "confidentiality",
]


class IncidentApi(RelatedApi, RecordApi):
    """/api/v1/incident/"""

    datamodel = Interface(Incident)
    service = incident_service
    workflow = INCIDENT
    has_files = True
    resource_name = "incident"
    class_permission_name = "incident"
    list_columns = COLUMNS
    show_columns = COLUMNS
    add_columns = WRITABLE
    edit_columns = WRITABLE
    search_columns = [
        "number", "title", "kind", "state", "pending_reason", "priority", "impact", "urgency", "caller", "company",
        "department", "site", "group", "assignee", "desk_group", "solved_group", "category", "service", "channel",
        "opened_at", "resolved_at", "closed_at", "told_at", "answer_by", "confidentiality",
    ]
    choice_columns = {"confidentiality": LEVELS}
    picklist_columns = {"kind": "incident.kind", "pending_reason": "ticket.pending_reason"}
    option_filters = {
        "assignee": members_of("group"), "desk_group": service_desks(), "offering": same("service"),
        "category": "ticket.category",
        "impact": "ticket.impact", "urgency": "ticket.urgency", "priority": "ticket.priority",
        "symptom": "incident.symptom",
    }
    order_columns = ["number", "priority", "impact", "urgency", "opened_at", "resolved_at", "closed_at"]


class ClosingPolicyApi(RecordApi):
    """/api/v1/closing_policy/"""

    datamodel = Interface(ClosingPolicy)
    service = closing_policy_service
    resource_name = class_permission_name = "closing_policy"
    list_columns = ["id", "category_id", "mode", "work"]
    add_columns = ["category_id", "mode", "work"]
    edit_columns = add_columns
    search_columns = ["category"]
    choice_columns = {"mode": MODES, "work": WORK}
    option_filters = {"category": "ticket.category"}


APIS = [IncidentApi, ClosingPolicyApi]
