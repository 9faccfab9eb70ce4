"""Audit: one row a changed field, written by the flush in the same transaction, so that no path can skip it.

Rows are only ever added: a trigger of the database refuses to change one, other than by taking personal data out
(app.records.audit_redaction), and to delete one other than by retention (app.records.audit_chain).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Identity, Index, ScalarSelect, String, func, insert, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Change, Id, Json, Model, UtcDateTime, fresh_ids, plain, record_changes, record_type_of
from app.sdk import clock
from app.sdk.actor import current_context


class AuditEntry(Model):
    """Who changed what, when, from what to what, by which way. Rows are only ever added."""

    __tablename__ = "audit_entry"
    __allow_unmapped__ = True  # `said` is no column
    # Whatever the page filters by, each with the order of the page: a table of millions of rows is never read through.
    # What is mostly empty costs little, for its index holds only what is there.
    __table_args__ = (
        Index("ix_audit_entry_record", "record_type", "record_id", "id"),
        *(Index(f"ix_audit_entry_{name}", name, "at") for name in ("record_type", "field", "action", "via",
                                                                  "actor_label")),
        *(Index(f"ix_audit_entry_{name}", name, "at", sqlite_where=text(f"{name} IS NOT NULL"),
                postgresql_where=text(f"{name} IS NOT NULL")) for name in ("actor_id", "cause", "request_id", "ip")),
    )

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor_id: Mapped[int | None] = mapped_column(Id)
    actor_label: Mapped[str] = mapped_column(String(200))
    via: Mapped[str] = mapped_column(String(20))
    cause: Mapped[str | None] = mapped_column(String(200))
    request_id: Mapped[str | None] = mapped_column(String(64))
    ip: Mapped[str | None] = mapped_column(String(64))
    record_type: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[int] = mapped_column(Id)
    action: Mapped[str] = mapped_column(String(16))
    field: Mapped[str | None] = mapped_column(String(64))
    old: Mapped[Any] = mapped_column(Json)
    new: Mapped[Any] = mapped_column(Json)

    # What a page says of the entry, in words and as far as its reader may know it; filled in by whoever lists entries.
    said: Any = None

    def __str__(self) -> str:
        return f"#{self.id}"

    who = property(lambda self: getattr(self.said, "who", self.actor_label))
    record = property(lambda self: getattr(self.said, "record", ""))
    what = property(lambda self: getattr(self.said, "what", ""))
    old_text = property(lambda self: getattr(self.said, "old_text", ""))
    new_text = property(lambda self: getattr(self.said, "new_text", ""))
    old_value = property(lambda self: getattr(self.said, "old_value", None))
    new_value = property(lambda self: getattr(self.said, "new_value", None))


def _write(session: Session, changes: list[Change]) -> None:
    put(session, [row for change in changes for row in _rows(change)])


def write(session: Session, record_type: str, record_id: int, action: str,
          fields: Mapping[str, tuple[Any, Any]]) -> None:
    """Write what happened to something whose table is not ours (a log-in, what a role allows): {field: (old, new)}."""
    base = {"record_type": record_type, "record_id": record_id, "action": action}
    put(session, [{**base, "field": name, "old": plain(old), "new": plain(new)}
                      for name, (old, new) in fields.items() if old != new])


def write_on(connection: Connection, record_type: str, record_id: int, fields: Mapping[str, tuple[Any, Any]]) -> None:
    """Write an update of such a thing on a connection: where the request itself only reads."""
    rows = [{"record_type": record_type, "record_id": record_id, "action": "update", "field": name,
             "old": plain(old), "new": plain(new)} for name, (old, new) in fields.items()]
    connection.execute(insert(AuditEntry), [{**_context(), **row} for row in rows])


def put(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows past the flush: each says its record, action, field, old and new; who, when and why are added."""
    if rows:
        common = _context()
        session.connection().execute(insert(AuditEntry), [{**common, **row} for row in rows])


def _context() -> dict[str, Any]:
    context = current_context()
    return {
        "at": clock.now(), "actor_id": context.actor.user_id, "actor_label": context.actor.label[:200],
        "via": context.via, "cause": context.cause, "request_id": context.request_id, "ip": context.ip,
    }


def _rows(change: Change) -> list[dict[str, Any]]:
    record = change.record
    base = {"record_type": record_type_of(type(record)), "record_id": record.id, "action": change.action}
    if change.action == "update":
        return [
            {**base, "field": name, "old": plain(old), "new": plain(new)}
            for name, (old, new) in change.fields.items() if name not in record.__unaudited__
        ]
    side = 1 if change.action == "create" else 0
    snapshot = {name: plain(pair[side]) for name, pair in change.fields.items()
                if name not in record.__unaudited__ and pair[side] is not None}
    empty = None
    return [{**base, "field": None, "old": snapshot if side == 0 else empty, "new": snapshot if side else empty}]


def entries(session: Session, record_type: str, record_id: int, limit: int = 200) -> list[AuditEntry]:
    """Return what happened to one record, newest first. The caller has checked that the record may be seen."""
    statement = (
        select(AuditEntry).where(AuditEntry.record_type == record_type, AuditEntry.record_id == record_id)
        .order_by(AuditEntry.id.desc()).limit(limit)
    )
    return list(session.execute(statement).scalars())


def latest(session: Session, record_type: str, record_id: int, fields: Iterable[str]) -> dict[str, AuditEntry]:
    """Return {field: the entry that gave it its present value} of one record, in one statement."""
    entry = AuditEntry
    newest = select(func.max(entry.id)).where(
        entry.record_type == record_type, entry.record_id == record_id, entry.field.in_(list(fields)),
    ).group_by(entry.field)
    return {one.field: one for one in session.execute(select(entry).where(entry.id.in_(newest))).scalars() if one.field}


def maker(session: Session, record_type: str, record_id: int) -> str:
    """Return who made a record, as audit names them; empty where nobody wrote it down."""
    statement = select(AuditEntry.actor_label).where(
        AuditEntry.record_type == record_type, AuditEntry.record_id == record_id, AuditEntry.action == "create",
        AuditEntry.field.is_(None)).order_by(AuditEntry.id).limit(1)
    return session.execute(statement).scalar() or ""


def _highest(kinds: list[str]) -> ScalarSelect[int]:
    return select(func.max(AuditEntry.record_id)).where(AuditEntry.record_type.in_(kinds)).scalar_subquery()


record_changes(_write)
fresh_ids.remember(_highest)
