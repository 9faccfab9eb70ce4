"""Where merged tickets went on, and what became part of a ticket; asked by pages, replies and notices."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from addons.ticket.models import Ticket
from addons.ticket.services import graph
from app.db import session, system_scope
from app.records import related
from app.records.link_roles import MERGED
from app.records.merges import RecordMerge
from app.records.service import services
from app.sdk.confidentiality import NORMAL
from app.sdk.workflow import CLOSED


@dataclass(frozen=True, slots=True)
class Survivor:
    """The ticket in which another goes on; `merge` is the journal by which that can be undone."""

    node: graph.Node
    is_visible: bool
    merge: RecordMerge | None
    solution: str


def survivor_of(ticket_id: int) -> int:
    """Return the ticket in which one goes on, itself where it was not merged; whoever may see it."""
    seen = {ticket_id}
    while True:
        there = related.along(session(), MERGED, [ticket_id], graph.types())
        if not there or there[0][1] in seen:
            return ticket_id
        ticket_id = there[0][1]
        seen.add(ticket_id)


def merged_into(ticket_id: int) -> list[int]:
    """Return every ticket that became part of one, those of its parts included; whoever may see them."""
    return [key for level in graph.levels(ticket_id, MERGED, to_source=True) for key in level]


def numbers_of(ids: list[int]) -> dict[int, str]:
    """Return {id: number} of those among these tickets that the actor may see."""
    if not ids:
        return {}
    rows = session().execute(select(Ticket.id, Ticket.number).where(Ticket.id.in_(ids)).order_by(Ticket.id))
    return {row[0]: row[1] for row in rows}


def beyond(ticket: Any) -> graph.Node | None:
    """Return the ticket in which one goes on, None where it was not merged; its number is told to whoever sees this."""
    there = survivor_of(ticket.id) if ticket.state_category == CLOSED else ticket.id
    return graph.nodes([there]).get(there) if there != ticket.id else None


def solution_of(there: graph.Node) -> str:
    """Return the solution of a ticket in which another goes on: whoever may see that one is told of it.

    Nothing where nothing is solved yet, or it is confidential.
    """
    model: Any = getattr(services.get(there.type), "model", None)
    if there.is_open or not hasattr(model, "solution"):
        return ""
    with system_scope():
        statement = select(model.solution).where(model.id == there.id, model.confidentiality == NORMAL)
        return session().execute(statement).scalar() or ""


class Merged:
    """Mixed into TicketService: what pages show of merges."""

    @staticmethod
    def merged_parts(ticket: Any) -> dict[int, str]:
        """Return {id: number} of the tickets that became part of one, as far as the actor may see them."""
        links = related.links_of(session(), ticket.record_type(), ticket.id)
        if not any(one.role.code == "merged_from" for one in links):
            return {}
        return numbers_of(merged_into(ticket.id))

    @staticmethod
    def merged_away(ticket: Any) -> Survivor | None:
        """Return in which ticket one goes on, where it was merged."""
        there = beyond(ticket)
        if there is None:
            return None
        statement = select(RecordMerge).where(
            RecordMerge.record_type == ticket.record_type(), RecordMerge.loser_id == ticket.id,
            RecordMerge.undone_at.is_(None)).order_by(RecordMerge.id.desc()).limit(1)
        merge = session().execute(statement).scalar()
        return Survivor(there, bool(numbers_of([there.id])), merge, solution_of(there))
