"""What the caller's word does: an answer sets what waited for it going again, silence lets what is solved be closed."""

from typing import Any

from addons.incident.models import Incident
from addons.incident.services.owning import is_customer_of
from app.db import session
from app.records.lists import by_code
from app.sdk import clock
from app.sdk.actor import SYSTEM, Actor
from app.sdk.workflow import OPEN, RESOLVED, Workflow

ANSWERS = "resumes_on_reply"


class Answering:
    """Mixed into IncidentService."""

    workflow: Workflow
    transition: Any
    get_for_update: Any
    last_worked: Any

    def caller_wrote(self, actor: Actor, record_id: int) -> bool:
        """Go on with an incident that waited for its caller, where it is they who wrote; return whether it does.

        It is as it was before it waited: assigned, or in progress. Whatever way the reply came, this is its door.
        """
        ticket: Incident = self.get_for_update(record_id)
        if not is_customer_of(actor, ticket) or not waits_for_caller(ticket):
            return False
        row = self.last_worked(ticket, OPEN)
        was_assigned = row is not None and self.workflow.base(row.state) == "assigned"
        # The caller has no say in the steps; that it is they who caused this one, the context keeps.
        self.transition(SYSTEM, ticket.id, "answer_assigned" if was_assigned else "answer", {})
        return True

    def expire(self, record_id: int) -> bool:
        """Close what is solved and was not answered in time; return whether it was. Safe to call twice."""
        ticket: Incident = self.get_for_update(record_id)
        is_over = ticket.answer_by is not None and ticket.answer_by <= clock.now()
        if not is_over or ticket.state_category != RESOLVED:
            return False
        self.transition(SYSTEM, ticket.id, "expire", {})
        return True


def waits_for_caller(ticket: Incident) -> bool:
    """Say whether an incident is on hold until its caller answers."""
    if not ticket.pending_reason:
        return False
    listed = by_code(session(), "ticket.pending_reason", ticket.pending_reason)
    attributes = listed.attributes if listed is not None and listed.attributes else {}
    return bool(attributes.get(ANSWERS, ticket.pending_reason == "customer"))
