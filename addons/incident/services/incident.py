"""What is special about incidents among tickets."""

from collections.abc import Mapping
from typing import Any

from addons.incident.models import Incident
from addons.incident.permissions import (
    INCIDENT_ASSIGN,
    INCIDENT_DELETE,
    INCIDENT_LINK,
    INCIDENT_MERGE,
    INCIDENT_OVERRIDE_PRIORITY,
    INCIDENT_SEE_INTERNAL,
    INCIDENT_SPLIT,
    INCIDENT_WRITE,
)
from addons.incident.services.answering import Answering
from addons.incident.services.owning import Owning
from addons.incident.services.policy import work_needed
from addons.incident.workflow import INCIDENT
from addons.ticket import repositories
from addons.ticket.services.ticket import PICKLISTS, TicketService
from app.db import session
from app.organisation.permissions import PERSON_READ
from app.records import numbering
from app.sdk.actor import Actor, current_context

FIELDS = {
    "kind", "title", "description", "channel", "caller", "on_behalf_of", "company", "department", "site",
    "contact_phone", "service", "offering", "category", "symptom", "impact", "urgency", "priority",
    "priority_reason", "group", "assignee", "desk_group", "supplier", "supplier_reference", "resolution_code",
    "cause_code", "solution", "confidentiality",
}
# By which way a request came where nobody says so.
CHANNELS = {"api": "api", "mail": "email"}


class IncidentService(Owning, Answering, TicketService[Incident]):
    """Create, update and move incidents. Flushes, never commits."""

    workflow = INCIDENT
    override_priority = INCIDENT_OVERRIDE_PRIORITY
    assign = INCIDENT_ASSIGN
    see_internal = INCIDENT_SEE_INTERNAL
    link_permission, merge_permission, split_permission = INCIDENT_LINK, INCIDENT_MERGE, INCIDENT_SPLIT
    picklists = {
        **PICKLISTS, "symptom_id": "incident.symptom", "resolution_code_id": "incident.resolution_code",
        "cause_code_id": "incident.cause_code",
    }
    codes = {**TicketService.codes, "kind": "incident.kind"}
    rich = frozenset({"description", "solution"})
    copied = (*TicketService.copied, ("on_behalf_of",), ("contact_phone",), ("symptom",))

    def sequence_of(self, ticket: Incident) -> str:
        """Each kind has its own number series: INC00001, REQ00001."""
        return f"incident.{ticket.kind}"

    def take_number(self, ticket: Incident) -> str:
        """A kind that an administrator added counts with the incidents until it gets a sequence."""
        own = self.sequence_of(ticket)
        code = own if numbering.has_sequence(session(), own) else "incident.incident"
        return numbering.next_number(session(), code, ticket.company_id)

    def with_defaults(self, actor: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
        """A customer calls for themselves; the kind is an incident unless somebody says otherwise."""
        given = dict(values)
        given["kind"] = given.get("kind") or "incident"
        if not actor.can(PERSON_READ) and actor.person_id is not None and not {"caller", "caller_id"} & {
            name for name, value in given.items() if value is not None
        }:
            given["caller"] = actor.person_id
        if not given.get("channel") and not given.get("channel_id"):
            code = CHANNELS.get(current_context().via) or (None if actor.can(PERSON_READ) else "web")
            given.pop("channel_id", None)
            given["channel"] = repositories.channel_id(code) if code else None
        return self.owned(actor, given)

    def needs_work(self, ticket: Incident) -> bool:
        """The closing policy of its category says so, else the setting."""
        return work_needed(ticket.category_id)

    def prepare(self, actor: Actor, record: Incident, values: Mapping[str, Any]) -> None:
        if record.on_behalf_of_id is not None and repositories.is_vip(record.on_behalf_of_id):
            record.is_vip = True
        if record.contact_phone is None and record.caller_id is not None and "caller_id" in values:
            place = repositories.person_place(record.caller_id)
            record.contact_phone = place[4] if place else None
        self.own(actor, record, values)
        super().prepare(actor, record, values)


incident_service = IncidentService(
    Incident, INCIDENT_WRITE, FIELDS, required={"title", "caller_id"}, delete=INCIDENT_DELETE
)
