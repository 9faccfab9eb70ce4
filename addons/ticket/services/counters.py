"""Transfer and reopen counters are caches of what the intervals say; here they are recomputed and compared.

What was brought in from another system keeps the counts of that system: its log may know less than it counted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from addons.ticket.models import Ticket
from app.db import past_audit
from app.records.intervals import RecordInterval
from app.records.origins import ImportOrigin
from app.sdk import workflow
from app.sdk.workflow import CLOSED, OPEN, PAUSED, RESOLVED

BATCH = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """One ticket whose counters are not what its intervals say: (transfers, reopenings) as stored and as counted."""

    ticket_id: int
    number: str
    stored: tuple[int, int]
    counted: tuple[int, int]


def count(rows: Sequence[tuple[str, int | None]], categories: dict[str, str]) -> tuple[int, int]:
    """Return (transfers, reopenings) of a ticket's intervals, given as (state, group) in order."""
    transfers = reopenings = 0
    holder: int | None = None
    before: str | None = None
    for state, group in rows:
        category = categories.get(state)
        if group is not None:
            # Back to the desk with the solution, and from there to whoever had it, nobody passes it on.
            is_worked = category not in (RESOLVED, CLOSED) and before not in (RESOLVED, CLOSED)
            transfers += is_worked and holder is not None and group != holder
            holder = group
        reopenings += before in (RESOLVED, CLOSED) and category in (OPEN, PAUSED)
        before = category
    return transfers, reopenings


def differences(session: Session) -> Iterator[Difference]:
    """Yield the tickets whose counters are wrong, in batches by id."""
    categories = {name: {state.code: state.category for state in found.states}
                  for name, found in workflow.known.items()}
    last = 0
    while True:
        own = ~exists().where(ImportOrigin.record_type == Ticket.type, ImportOrigin.record_id == Ticket.id)
        tickets = session.execute(
            select(Ticket.id, Ticket.type, Ticket.number, Ticket.transfer_count, Ticket.reopen_count)
            .where(Ticket.id > last, own).order_by(Ticket.id).limit(BATCH)
        ).all()
        if not tickets:
            return
        last = tickets[-1].id
        rows: dict[tuple[str, int], list[tuple[str, int | None]]] = {}
        for row in session.execute(
            select(RecordInterval.record_type, RecordInterval.record_id, RecordInterval.state, RecordInterval.group_id)
            .where(RecordInterval.record_id.in_([ticket.id for ticket in tickets]))
            .order_by(RecordInterval.record_id, RecordInterval.started_at, RecordInterval.id)
        ):
            rows.setdefault((row.record_type, row.record_id), []).append((row.state, row.group_id))
        for ticket in tickets:
            counted = count(rows.get((ticket.type, ticket.id), ()), categories.get(ticket.type, {}))
            stored = (ticket.transfer_count, ticket.reopen_count)
            if counted != stored:
                yield Difference(ticket.id, ticket.number, stored, counted)


def mend(session: Session, wrong: Sequence[Difference]) -> None:
    """Store what was counted."""
    table = Ticket.__table__
    with past_audit("the counters are caches of the intervals: nobody changed anything"):
        for one in wrong:
            session.connection().execute(
                update(table).where(table.c.id == one.ticket_id)
                .values(transfer_count=one.counted[0], reopen_count=one.counted[1])
            )
