"""What somebody has to look at, over tickets of every type: the parts, their numbers in one statement, their rows.

A number and its list ask by the same criterion, under the reader's row rights, so that they are always equal.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from addons.ticket.models import Ticket
from app.db import session
from app.organisation.models import Person
from app.records.links import Watcher
from app.records.timeline import PARTS, TimelineEntry
from app.sdk.actor import Actor
from app.sdk.i18n import _l
from app.sdk.workflow import OPEN, PAUSED
from app.web.keyset import Place
from app.web.work_parts import WorkPart, work_parts

UNDONE = Ticket.state_category.in_((OPEN, PAUSED))
# The reason of whoever waits for an answer of the customer.
CUSTOMER = "customer"
# What the lists are sorted by, those opened first at the top.
SORTED_BY: Any = Ticket.opened_at.property.columns[0]


def mine(actor: Actor) -> ColumnElement[bool] | None:
    """Open tickets that the reader holds."""
    return None if actor.person_id is None else and_(Ticket.assignee_id == actor.person_id, UNDONE)


def unassigned(actor: Actor) -> ColumnElement[bool] | None:
    """Open tickets of the reader's groups that nobody holds."""
    if not actor.group_ids:
        return None
    return and_(Ticket.group_id.in_(sorted(actor.group_ids)), Ticket.assignee_id.is_(None), UNDONE)


def replied(actor: Actor) -> ColumnElement[bool] | None:
    """Of both, those in which the caller said the last word that the other side reads."""
    held = [one for one in (mine(actor), unassigned(actor)) if one is not None]
    if not held:
        return None
    entry = TimelineEntry
    said = select(entry.actor_id).where(
        entry.record_type == Ticket.type, entry.record_id == Ticket.id, entry.is_public,
        entry.kind.in_(PARTS["conversation"])).order_by(entry.at.desc(), entry.id.desc()).limit(1)
    caller = select(Person.user_id).where(Person.id == Ticket.caller_id)
    return and_(or_(*held), said.correlate(Ticket).scalar_subquery() == caller.correlate(Ticket).scalar_subquery())


def waiting(actor: Actor) -> ColumnElement[bool] | None:
    """Tickets that the reader holds and for which the customer has to say something."""
    held = mine(actor)
    return None if held is None else and_(held, Ticket.pending_reason == CUSTOMER)


def watching(actor: Actor) -> ColumnElement[bool] | None:
    """Open tickets that the reader watches."""
    if actor.person_id is None:
        return None
    watched = select(Watcher.record_id).where(Watcher.person_id == actor.person_id, Watcher.record_type == Ticket.type)
    return and_(Ticket.id.in_(watched.correlate(Ticket)), UNDONE)


PARTS_OF_TICKETS = [
    WorkPart("mine", _l("Assigned to me"), mine, "user-check", 10, _l("Open tickets that you hold.")),
    WorkPart("unassigned", _l("My groups' unassigned"), unassigned, "inbox", 20,
             _l("Open tickets of your work groups that nobody holds.")),
    WorkPart("replied", _l("Caller has answered"), replied, "message", 30,
             _l("The caller had the last word: they wait for you.")),
    WorkPart("waiting", _l("Waiting for the customer"), waiting, "hourglass", 40,
             _l("On hold until the customer answers.")),
    WorkPart("watching", _l("Watching"), watching, "eye", 80, _l("Open tickets that you watch.")),
]


def parts_of(actor: Actor) -> list[tuple[WorkPart, ColumnElement[bool]]]:
    """Return the parts that are for the reader, each with its criterion."""
    found = ((part, part.rows(actor)) for part in work_parts())
    return [(part, rows) for part, rows in found if rows is not None]


def counts(parts: list[tuple[WorkPart, ColumnElement[bool]]]) -> dict[str, int]:
    """Return how many tickets each part has for the reader; one statement."""
    if not parts:
        return {}
    numbers = [func.sum(case((rows, 1), else_=0)) for _part, rows in parts]
    row = session().execute(select(*numbers).select_from(Ticket).where(or_(*(rows for _part, rows in parts)))).one()
    return {part.key: int(number or 0) for (part, _rows), number in zip(parts, row, strict=True)}


def page(rows: ColumnElement[bool], after: Place | None, limit: int) -> tuple[list[Any], Place | None]:
    """Return up to `limit` tickets of a part behind a place, those opened first at the top; and the next place."""
    statement = select(Ticket).where(rows).options(
        joinedload(Ticket.priority), joinedload(Ticket.caller), joinedload(Ticket.group), joinedload(Ticket.assignee))
    if after is not None:
        statement = statement.where(or_(Ticket.opened_at > after.value,
                                        and_(Ticket.opened_at == after.value, Ticket.id > after.id)))
    found = list(session().execute(statement.order_by(Ticket.opened_at, Ticket.id).limit(limit + 1)).scalars())
    if len(found) <= limit:
        return found, None
    return found[:limit], Place(found[limit - 1].opened_at, found[limit - 1].id)
