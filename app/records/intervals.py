"""Intervals: for every moment of a record's life, the state it was in and who held it.

One row lasts as long as none of the tracked columns changes; the open one has no end. Service-level clocks, reports
as of any past day and transfer histories are read from here. Written by the flush, as audit is.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Identity, Index, String, Text, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Change, Id, Model, UtcDateTime, record_changes
from app.sdk import clock
from app.sdk.actor import current_context

TRACKED = ("state", "pending_reason", "group_id", "assignee_id")


class RecordInterval(Model):
    """One stretch of time in one state with one holder: [started_at, ended_at)."""

    __tablename__ = "record_interval"
    __table_args__ = (
        Index("ix_record_interval_record", "record_type", "record_id", "started_at"),
        Index("ix_record_interval_open", "record_type", "record_id", "ended_at"),
        Index("ix_record_interval_state", "record_type", "state", "started_at"),
    )

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    record_type: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[int] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(40))
    pending_reason: Mapped[str | None] = mapped_column(String(40))
    group_id: Mapped[int | None] = mapped_column(Id, info={"refers_to": "work_group", "history": True})
    assignee_id: Mapped[int | None] = mapped_column(Id, info={"refers_to": "person", "history": True})
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    actor_label: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(Text)


def _write(session: Session, changes: list[Change]) -> None:
    now, actor = clock.now(), current_context().actor.label[:200]
    rows = []
    for change in changes:
        record = change.record
        tracked = [name for name in type(record).__tracked__ if name in change.fields]
        if not tracked or change.action == "delete":
            continue
        key = {"record_type": type(record).record_type(), "record_id": record.id}
        if change.action == "update":
            _close(session, key, now)
        values = {name: getattr(record, name, None) for name in TRACKED}
        rows.append({**key, **values, "started_at": now, "ended_at": None, "actor_label": actor,
                     "reason": getattr(record, "transition_reason", None)})
    if rows:
        session.connection().execute(insert(RecordInterval), rows)


def _close(session: Session, key: dict[str, object], now: datetime) -> None:
    table = RecordInterval.__table__
    session.connection().execute(
        update(table)
        .where(table.c.record_type == key["record_type"], table.c.record_id == key["record_id"],
               table.c.ended_at.is_(None))
        .values(ended_at=now)
    )


def intervals(session: Session, record_type: str, record_id: int) -> list[RecordInterval]:
    """Return a record's intervals in order. The caller has checked that the record may be seen."""
    statement = (
        select(RecordInterval)
        .where(RecordInterval.record_type == record_type, RecordInterval.record_id == record_id)
        .order_by(RecordInterval.started_at, RecordInterval.id)
    )
    return list(session.execute(statement).scalars())


def bounces(rows: Sequence[RecordInterval], over: Collection[str] = ()) -> int:
    """Count how often a record came back to a group that had already passed it on, the states `over` left out."""
    held: list[int] = []
    for row in rows:
        if row.state not in over and row.group_id is not None and (not held or held[-1] != row.group_id):
            held.append(row.group_id)
    return len(held) - len(set(held))


record_changes(_write)
