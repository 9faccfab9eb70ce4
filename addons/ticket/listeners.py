"""Who is told when a ticket changes hands, is written to, or comes to an end."""

from collections.abc import Callable
from typing import Any

from addons.ticket import repositories
from addons.ticket.events import FamilyEnding, TicketAssigned, TicketNoted, TicketTransitioned
from addons.ticket.notices import ASSIGNED, GROUP, MENTIONED, NOTED, REPLIED, STEPS, TAKEN
from app.notify import notify
from app.records.events import PersonMentioned


def register(subscribe: Callable[..., None], after: Callable[..., None]) -> None:
    """Listen to what tickets announce."""
    subscribe(TicketAssigned, tell_holders)
    subscribe(PersonMentioned, tell_mentioned)
    subscribe(TicketNoted, tell_of_text)
    subscribe(TicketTransitioned, tell_of_step)
    after(FamilyEnding, "ticket.end_family")


def tell_holders(event: TicketAssigned) -> None:
    """Tell whoever holds the ticket now, whoever held it before, and the new group's members who want to know."""
    record = (event.ticket_type, event.ticket_id)
    named: dict[str, Any] = {"group": repositories.group_name(event.group_id)}
    if event.assignee_id != event.former_assignee_id:
        notify([event.assignee_id], ASSIGNED, record, **named)
        notify([event.former_assignee_id], TAKEN, record, **named)
    if event.group_id != event.former_group_id and event.group_id is not None:
        members = set(repositories.members_of(event.group_id)) - {event.assignee_id}
        notify(members, GROUP, record, is_internal=True, **named)


def tell_mentioned(event: PersonMentioned) -> None:
    """Tell somebody that they were named in a note or a reply."""
    notify([event.person_id], MENTIONED, (event.record_type, event.record_id), is_internal=not event.is_public)


def tell_of_text(event: TicketNoted) -> None:
    """Tell the holder, the watchers and, of what is public, the caller."""
    people = repositories.people_of(event.ticket_type, event.ticket_id)
    told = {people.assignee, *people.watchers, *([people.caller] if event.is_public else [])} - set(event.mentioned)
    notify(told, REPLIED if event.is_public else NOTED, (event.ticket_type, event.ticket_id),
           is_internal=not event.is_public)


def tell_of_step(event: TicketTransitioned) -> None:
    """Tell those who wait for the end of a ticket, and its holder where it begins anew."""
    kind = STEPS.get(event.action)
    if kind is None:
        return
    people = repositories.people_of(event.ticket_type, event.ticket_id)
    holder = [people.assignee] if event.action == "reopen" else []
    notify([*holder, *people.watchers, people.caller], kind, (event.ticket_type, event.ticket_id))
