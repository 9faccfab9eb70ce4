"""The work logged on a ticket goes over to another, whoever may see it; each entry is audited."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, update

from addons.ticket.models import WorkEntry
from app.db import past_audit, session
from app.records import moving


@past_audit("moved in bulk and audited row by row, by write_audit")
def move(source: Any, target: Any, ids: Iterable[int] | None = None) -> list[int]:
    """Move the work on one ticket to another, only some of it where ids are given; return what moved.

    What lies in the recycle bin moves as well. The caller has locked both tickets.
    """
    unit = session()
    unit.flush()
    connection, wanted = unit.connection(), [WorkEntry.ticket_id == source.id]
    if ids is not None:
        wanted.append(WorkEntry.id.in_(list(ids)))
    found = list(connection.execute(select(WorkEntry.id).where(*wanted).order_by(WorkEntry.id)).scalars())
    if not found:
        return found
    for some in moving.chunks(found):
        connection.execute(update(WorkEntry).where(WorkEntry.id.in_(some)).values(
            ticket_id=target.id, ticket_kind=target.kind, version=WorkEntry.version + 1))
    moving.write_audit(unit, WorkEntry.record_type(), found, "ticket_id", source.id, target.id)
    for one in unit.identity_map.values():
        if isinstance(one, WorkEntry):
            unit.expire(one)
    return found
