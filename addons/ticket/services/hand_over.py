"""Handing a ticket over: to a group, to somebody in it, with a reason when it crosses group or line."""

from typing import Any

from addons.ticket import repositories
from addons.ticket.models import Ticket
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField, MissingFields
from app.sdk.i18n import _

HAND_OVER = frozenset({"assign", "pick", "transfer"})


def why_not_pick(actor: Actor, ticket: Ticket) -> str | None:
    """Say why the actor cannot take the ticket, or None."""
    if actor.person_id is None or not actor.group_ids:
        return _("Only somebody who works here can pick a ticket.")
    if ticket.group_id is not None and ticket.group_id not in actor.group_ids:
        return _("You are not in the work group of this ticket.")
    return None


def hand_over(actor: Actor, ticket: Ticket, action: str, values: dict[str, Any], reason: str | None) -> dict[str, Any]:
    """Return the values of the step with group and assignee made consistent, and count a transfer.

    Raises Conflict, MissingFields or InvalidField; the ticket is then as it was.
    """
    if action == "pick":
        values = {**values, "assignee_id": actor.person_id, "group_id": ticket.group_id or _own_group(actor)}
    group_id = values.get("group_id") or ticket.group_id
    if group_id is None:
        raise MissingFields(["group_id"])
    group = repositories.group_state(group_id)
    if group is None or not group[0]:
        raise InvalidField("group", _("This work group is not active."))
    crosses_group = ticket.group_id is not None and group_id != ticket.group_id
    crosses_line = ticket.support_line is not None and group[1] != ticket.support_line
    if (crosses_group or crosses_line) and not reason:
        raise InvalidField("reason", _("Say why the ticket goes to another group."))
    assignee_id = values.get("assignee_id")
    if assignee_id is not None and not repositories.is_member(assignee_id, group_id):
        raise InvalidField("assignee", _("This person is not in the work group."))
    if crosses_group:
        ticket.transfer_count += 1
    ticket.support_line = group[1]
    return {**values, "group_id": group_id, "assignee_id": assignee_id}


def _own_group(actor: Actor) -> int:
    # Whoever is in several groups takes a ticket without one for the first of them.
    if not actor.group_ids:
        raise Conflict(_("Only somebody who works here can pick a ticket."))
    return min(actor.group_ids)
