"""How tickets hang together, read whoever may see them: no cycles, no endless chains, what lies below a ticket."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from addons.ticket.models import Ticket
from app.db import session, system_scope
from app.records import related
from app.records.link_roles import PARENT
from app.records.references import kinds_of
from app.sdk.errors import Conflict
from app.sdk.i18n import _
from app.sdk.workflow import OPEN, PAUSED

# Levels of parents and children, the topmost included; tickets that a walk looks at before it gives up.
MAX_LEVELS, MAX_WALK = 5, 5000
# One key for the whole database: whoever changes how tickets hang together waits for whoever is at it.
_LOCK = 7_246_010
UNDONE = (OPEN, PAUSED)


@dataclass(frozen=True, slots=True)
class Node:
    """What guards know of a ticket."""

    id: int
    type: str
    number: str
    kind: str
    state: str
    state_category: str

    @property
    def is_open(self) -> bool:
        return self.state_category in UNDONE


def types() -> list[str]:
    """Return every type of ticket that is known, those of addons that are off included."""
    return [str(identity) for _cls, identity in kinds_of(Ticket)]


def lock() -> None:
    """Let nobody else link tickets until this unit ends: a cycle can come about by links that each see no other.

    SQLite has one writer at a time anyway.
    """
    connection = session().connection()
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def nodes(ids: Iterable[int]) -> dict[int, Node]:
    """Return what is known of these tickets, whoever may see them; deleted ones are left out."""
    wanted, found = sorted(set(ids)), dict[int, Node]()
    columns = (Ticket.id, Ticket.type, Ticket.number, Ticket.kind, Ticket.state, Ticket.state_category)
    with system_scope():
        for start in range(0, len(wanted), related.CHUNK):
            rows = session().execute(select(*columns).where(
                Ticket.id.in_(wanted[start:start + related.CHUNK]), Ticket.deleted_at.is_(None)))
            found.update({row.id: Node(*row) for row in rows})
    return found


def levels(start: int, kind: str, *, to_source: bool = False) -> list[list[int]]:
    """Return the tickets that are reached along a kind of link, step by step, each once. Raises Conflict."""
    seen, found, edge = {start}, list[list[int]](), [start]
    while edge:
        reached = {there for _here, there in related.along(session(), kind, edge, types(), to_source=to_source)}
        edge = sorted(reached - seen)
        seen.update(edge)
        if len(seen) > MAX_WALK:
            raise Conflict(_("Too many tickets hang together here."))
        if edge:
            found.append(edge)
    return found


def check_free(kind: str, source: int, target: int) -> None:
    """Refuse a link that would lead back to where it begins. Raises Conflict."""
    if any(source in level for level in levels(target, kind)):
        raise Conflict(_("This would go round in a circle: the other ticket depends on this one already."))


def check_depth(child: int, parent: int) -> None:
    """Refuse a family of too many generations. Raises Conflict."""
    above, below = len(levels(parent, PARENT)), len(levels(child, PARENT, to_source=True))
    if above + below + 2 > MAX_LEVELS:
        raise Conflict(_("Parents and children go at most %(number)s levels deep.", number=MAX_LEVELS))


def children(ticket_id: int) -> list[Node]:
    """Return the children of a ticket, whoever may see them."""
    ids = [there for _here, there in related.along(session(), PARENT, [ticket_id], types(), to_source=True)]
    return list(nodes(ids).values())


def open_below(ticket_id: int) -> list[Node]:
    """Return the open children, their open children and so on, the deepest first: the order in which they end."""
    found: list[Node] = []
    edge = [ticket_id]
    while edge:
        # What is over speaks for what is below it.
        reached = nodes(there for _here, there in related.along(session(), PARENT, edge, types(), to_source=True))
        level = [one for key, one in sorted(reached.items()) if one.is_open]
        found = [*level, *found]
        edge = [one.id for one in level]
    return found


def open_duplicates(ticket_id: int) -> list[Node]:
    """Return the open tickets that are duplicates of a ticket."""
    ids = [there for _here, there in related.along(session(), "duplicate", [ticket_id], types(), to_source=True)]
    return [one for _key, one in sorted(nodes(ids).items()) if one.is_open]
