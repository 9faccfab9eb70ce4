"""Which tickets an actor sees: the types whose module right they hold, each within the scope that they hold for it.

Scopes are rights of the type's own resource and unite: `<type>.read_all`, `<type>.read_groups` (held by one of my
groups), `<type>.read_company` (of my company). With `<type>.read` alone one sees one's own: called, opened or worked.
"""

from sqlalchemy import ColumnElement, and_, false, or_

from addons.ticket.models import Ticket
from app.db import register_scope
from app.sdk.actor import Actor

_types: set[str] = set()


def register_ticket_type(name: str) -> None:
    """Make a ticket type known; its rights are those of the resource of the same name."""
    _types.add(name)


def visible(actor: Actor) -> ColumnElement[bool] | None:
    """Return the criterion of the tickets that the actor may see."""
    parts = [_of_type(actor, name) for name in sorted(_types) if actor.can(f"{name}.read")]
    return or_(*parts) if parts else false()


def _of_type(actor: Actor, name: str) -> ColumnElement[bool]:
    is_type = Ticket.type == name
    if actor.can(f"{name}.read_all"):
        return is_type
    own: list[ColumnElement[bool]] = []
    if actor.person_id is not None:
        own += [Ticket.caller_id == actor.person_id, Ticket.assignee_id == actor.person_id]
    if actor.user_id is not None:
        own.append(Ticket.created_by_id == actor.user_id)
    if actor.group_ids and actor.can(f"{name}.read_groups"):
        own.append(Ticket.group_id.in_(sorted(actor.group_ids)))
    if actor.company_id is not None and actor.can(f"{name}.read_company"):
        own.append(Ticket.company_id == actor.company_id)
    return and_(is_type, or_(*own)) if own else false()


register_scope(Ticket, visible)
