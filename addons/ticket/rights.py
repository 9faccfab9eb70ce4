"""Which tickets an actor sees: the types whose module right they hold, each within the scope that they hold for it.

Scopes are rights of the type's own resource and unite: `<type>.read_all`, `<type>.read_groups` (held, owned or solved
by one of my groups), `<type>.read_company` (of my company and those below it). With `<type>.read` alone one sees one's
own: called, opened or worked; and those of the company where it shares them among its people.

What is confidential is seen by those who are cleared for it, and by whose own it is.
"""

from sqlalchemy import ColumnElement, and_, exists, false, or_, true

from addons.ticket.models import Ticket, WorkEntry
from app.db import Part, register_limit, register_reasons, register_scope
from app.db.rights import criterion
from app.sdk.actor import Actor
from app.sdk.confidentiality import HIGHEST
from app.sdk.i18n import _l

_types: set[str] = set()


def register_ticket_type(name: str) -> None:
    """Make a ticket type known; its rights are those of the resource of the same name."""
    _types.add(name)


def visible(actor: Actor) -> ColumnElement[bool] | None:
    """Return the criterion of the tickets that the actor may see."""
    parts = [_of_type(actor, name) for name in sorted(_types) if actor.can(f"{name}.read")]
    return or_(*parts) if parts else false()


def _of_type(actor: Actor, name: str) -> ColumnElement[bool]:
    own, is_type = _own(actor), Ticket.type == name
    if actor.can(f"{name}.read_all"):
        return is_type
    if actor.group_ids and actor.can(f"{name}.read_groups"):
        own += _of_groups(actor)
    if actor.company_ids and actor.can(f"{name}.read_company"):
        own.append(Ticket.company_id.in_(sorted(actor.company_ids)))
    elif actor.shares_tickets:
        own.append(Ticket.company_id == actor.company_id)
    return and_(is_type, or_(*own)) if own else false()


def _of_groups(actor: Actor) -> list[ColumnElement[bool]]:
    # What a group holds, what it owns as a service desk, and what it solved.
    mine = sorted(actor.group_ids)
    return [column.in_(mine) for column in (Ticket.group_id, Ticket.desk_group_id, Ticket.solved_group_id)]


def cleared(actor: Actor) -> ColumnElement[bool] | None:
    """Return the tickets that are no more confidential than the actor is cleared for, and their own."""
    return None if actor.clearance >= HIGHEST else or_(Ticket.confidentiality <= actor.clearance, *_own(actor))


def _own(actor: Actor) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if actor.person_id is not None:
        found += [Ticket.caller_id == actor.person_id, Ticket.assignee_id == actor.person_id]
    if actor.user_id is not None:
        found.append(Ticket.created_by_id == actor.user_id)
    return found


def parts(actor: Actor, record_type: str) -> list[Part]:
    """Return by which of an actor's rights tickets of a type are seen, and what keeps them from it."""
    own, can = _own(actor), actor.can
    found = [Part(_l("Called, opened or worked on by the person"), or_(false(), *own))]
    if can(f"{record_type}.read_all"):
        found.append(Part(_l("Sees all of this type"), true()))
    if can(f"{record_type}.read_groups"):
        found.append(Part(_l("Held, owned or solved by one of the person's work groups"), or_(*_of_groups(actor))))
    if can(f"{record_type}.read_company"):
        found.append(Part(_l("Of the person's company or one below it"),
                          Ticket.company_id.in_(sorted(actor.company_ids))))
    if actor.shares_tickets:
        found.append(Part(_l("The person's company shares its tickets"), Ticket.company_id == actor.company_id))
    within = cleared(actor)
    return [*found, Part(_l("Within the person's clearance, or their own"), true() if within is None else within,
                         is_limit=True)]


def visible_work(actor: Actor) -> ColumnElement[bool] | None:
    """Return the criterion of the work that the actor may see: that on tickets whose inside they see, never a customer.

    What is not for customers is seen by a right of the ticket's type, `<type>.see_internal`.
    """
    inside = [name for name in sorted(_types) if actor.can(f"{name}.see_internal")]
    if not actor.can("work_entry.read") or not inside:
        return false()
    theirs = exists().where(Ticket.id == WorkEntry.ticket_id, Ticket.type.in_(inside), criterion(Ticket, actor))
    # Whatever else a statement reads, the ticket is that of this row.
    return theirs.correlate_except(Ticket)


register_scope(Ticket, visible)
register_scope(WorkEntry, visible_work)
register_limit(Ticket, cleared)
register_reasons(Ticket, parts)
