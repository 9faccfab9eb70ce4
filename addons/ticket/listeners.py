"""Who is told when a ticket changes hands, is written to, or comes to an end."""

from collections.abc import Callable
from typing import Any

from addons.ticket import repositories
from addons.ticket.events import (
    FamilyEnding,
    TicketAssigned,
    TicketCreated,
    TicketNoted,
    TicketOwned,
    TicketTransitioned,
)
from addons.ticket.notices import (
    ANSWERED,
    ASKED,
    ASSIGNED,
    CREATED,
    GROUP,
    MENTIONED,
    NOTED,
    OWNED,
    REJECTED,
    REPLIED,
    RETURNED,
    STEPS,
    TAKEN,
)
from addons.ticket.services.merged import merged_into
from addons.ticket.services.own_words import kind_for
from app.notify import notify
from app.records.events import PersonMentioned
from app.sdk.actor import current_actor


def register(subscribe: Callable[..., None], after: Callable[..., None]) -> None:
    """Listen to what tickets announce."""
    subscribe(TicketCreated, tell_caller)
    subscribe(TicketAssigned, tell_holders)
    subscribe(TicketOwned, tell_owners)
    subscribe(PersonMentioned, tell_mentioned)
    subscribe(TicketNoted, tell_of_text)
    subscribe(TicketTransitioned, tell_of_step)
    after(FamilyEnding, "ticket.end_family")


def tell_caller(event: TicketCreated) -> None:
    """Tell the caller that their request was received."""
    notify([repositories.people_of(event.ticket_type, event.ticket_id).caller], CREATED,
           (event.ticket_type, event.ticket_id))


def tell_holders(event: TicketAssigned) -> None:
    """Tell whoever holds the ticket now, whoever held it before, and the new group's members who want to know."""
    record = (event.ticket_type, event.ticket_id)
    named: dict[str, Any] = {"group": repositories.group_name(event.group_id)}
    if event.action == "resolve":
        # Back at the desk: whoever was named there, else all of them.
        notify(_holders(event.assignee_id, event.group_id), RETURNED, record, is_internal=True, **named)
        return
    if event.assignee_id != event.former_assignee_id:
        if not (event.action == "reopen" and _is_caller(repositories.people_of(*record))):
            kind = kind_for(event.ticket_type, ASSIGNED)
            notify([event.assignee_id], kind, record, **named)  # else they are told that it was not solved
        notify([event.former_assignee_id], TAKEN, record, **named)
    if event.group_id != event.former_group_id and event.group_id is not None:
        members = set(repositories.members_of(event.group_id)) - {event.assignee_id}
        notify(members, GROUP, record, is_internal=True, **named)


def tell_owners(event: TicketOwned) -> None:
    """Tell a service desk that it owns a ticket now."""
    if event.desk_group_id is not None:
        notify(repositories.members_of(event.desk_group_id), OWNED, (event.ticket_type, event.ticket_id),
               is_internal=True, group=repositories.group_name(event.desk_group_id))


def _holders(assignee_id: int | None, group_id: int | None) -> list[int]:
    if assignee_id is not None:
        return [assignee_id]
    return repositories.members_of(group_id) if group_id is not None else []


def tell_mentioned(event: PersonMentioned) -> None:
    """Tell somebody that they were named in a note or a reply."""
    notify([event.person_id], MENTIONED, (event.record_type, event.record_id), is_internal=not event.is_public)


def tell_of_text(event: TicketNoted) -> None:
    """Tell the holder, the watchers and, of what is public, the caller."""
    people = repositories.people_of(event.ticket_type, event.ticket_id)
    told = {people.assignee, *people.watchers, *([people.caller] if event.is_public else [])} - set(event.mentioned)
    record = (event.ticket_type, event.ticket_id)
    # A mail brings this reply, whatever is written until it leaves.
    said: dict[str, Any] = {"entry": repositories.latest_reply(*record)} if event.is_public else {}
    is_answer, kind = event.is_public and _is_caller(people), REPLIED if event.is_public else NOTED
    if is_answer:
        # What a caller says reaches somebody: who holds it, else the group.
        notify({people.assignee} - set(event.mentioned), ANSWERED, record, is_internal=True, **said)
        told = (told | set(_holders(people.assignee, people.group))) - {people.assignee}
    notify(told, kind, record, is_internal=not event.is_public, **said)
    if event.survivor_id is not None:
        # What is said to a ticket that was merged is for whoever goes on with it, and for no other customer.
        beyond = repositories.people_of(event.ticket_type, event.survivor_id)
        notify(set(_holders(beyond.assignee, beyond.group)) - {*told, people.assignee}, ANSWERED if is_answer else kind,
               (event.ticket_type, event.survivor_id), is_internal=True, **said)


def tell_of_step(event: TicketTransitioned) -> None:
    """Tell those who wait for the end of a ticket, and its holder where it begins anew."""
    if event.action == "hold" and repositories.waits_for_customer(event.ticket_id):
        notify([repositories.people_of(event.ticket_type, event.ticket_id).caller], ASKED,
               (event.ticket_type, event.ticket_id))
    kind = STEPS.get(event.action)
    if kind is None:
        return
    record = (event.ticket_type, event.ticket_id)
    people = repositories.people_of(*record)
    holder = [people.assignee] if event.action in ("reopen", "confirm") else []
    is_rejected = event.action == "reopen" and _is_caller(people)
    # Who is told that it was not solved need not be told that it is open again.
    rejected = _holders(people.assignee, people.group) if is_rejected else []
    notify(rejected, REJECTED, record, is_internal=True)
    watchers = () if event.action == "tell" else people.watchers
    others = repositories.callers_of(merged_into(event.ticket_id), but=people.caller)
    callers = (people.caller, *others) if event.action != "resolve" or people.is_told else ()
    notify({*holder, *watchers, *callers} - {*others, *rejected}, kind_for(event.ticket_type, kind), record)
    # Whoever called about what was merged into it is told of their own ticket: it is what they may see.
    for caller, own in others.items():
        notify([caller] if caller in callers else [], kind_for(own[0], kind), own)


def _is_caller(people: repositories.People) -> bool:
    return people.caller is not None and people.caller == current_actor().person_id
