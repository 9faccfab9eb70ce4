"""Priority: what the matrix says, unless somebody with the right says otherwise and why."""

from collections.abc import Mapping
from typing import Any

from addons.ticket import repositories
from addons.ticket.models import Ticket
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _
from app.sdk.permissions import Permission


def set_priority(actor: Actor, ticket: Ticket, values: Mapping[str, Any], override: Permission) -> None:
    """Derive the priority from impact and urgency, or take the one given. Raises InvalidField."""
    ticket.impact_id = ticket.impact_id or repositories.default_value_id("ticket.impact")
    ticket.urgency_id = ticket.urgency_id or repositories.default_value_id("ticket.urgency")
    derived = repositories.priority_for(ticket.impact_id, ticket.urgency_id)
    given = values.get("priority_id")
    if given is not None and given != derived:
        if not actor.can(override):
            raise InvalidField("priority", _("You may not override the priority."))
        if not values.get("priority_reason"):
            raise InvalidField("priority_reason", _("Say why the priority differs from the matrix."))
        ticket.priority_id, ticket.is_priority_overridden = given, True
    elif "priority_id" in values or not ticket.is_priority_overridden or {"impact_id", "urgency_id"} & set(values):
        # A new impact or urgency is a new assessment: an older override does not outlive it.
        ticket.priority_id, ticket.is_priority_overridden = derived, False
