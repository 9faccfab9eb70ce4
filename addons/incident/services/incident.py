"""What is special about incidents among tickets."""

from collections.abc import Mapping
from typing import Any

from addons.incident.models import Incident
from addons.incident.permissions import (
    INCIDENT_ASSIGN,
    INCIDENT_DELETE,
    INCIDENT_OVERRIDE_PRIORITY,
    INCIDENT_WRITE,
)
from addons.incident.workflow import INCIDENT
from addons.ticket import repositories
from addons.ticket.services.ticket import PICKLISTS, TicketService
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _

FIELDS = {
    "kind", "title", "description", "channel", "caller", "on_behalf_of", "company", "department", "site",
    "contact_phone", "service", "offering", "category", "symptom", "impact", "urgency", "priority",
    "priority_reason", "group", "assignee", "supplier", "supplier_reference", "resolution_code", "cause_code",
    "solution",
}


class IncidentService(TicketService[Incident]):
    """Create, update and move incidents. Flushes, never commits."""

    workflow = INCIDENT
    override_priority = INCIDENT_OVERRIDE_PRIORITY
    assign = INCIDENT_ASSIGN
    picklists = {
        **PICKLISTS, "symptom_id": "incident.symptom", "resolution_code_id": "incident.resolution_code",
        "cause_code_id": "incident.cause_code",
    }

    def sequence_of(self, ticket: Incident) -> str:
        """Each kind has its own number series: INC00001, REQ00001."""
        return f"incident.{ticket.kind}"

    def prepare(self, actor: Actor, record: Incident, values: Mapping[str, Any]) -> None:
        record.kind = record.kind or "incident"
        if repositories.value_id("incident.kind", record.kind) is None:
            raise InvalidField("kind", _("Choose an entry of the list."))
        super().prepare(actor, record, values)


incident_service = IncidentService(
    Incident, INCIDENT_WRITE, FIELDS, required={"title", "caller_id"}, delete=INCIDENT_DELETE
)
