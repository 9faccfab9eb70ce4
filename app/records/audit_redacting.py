"""Taking personal data out of the audit log: the one change of it that there is (see app.records.audit_redaction)."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, func, insert, select, text, update
from sqlalchemy.orm import Session

from app.records import audit
from app.records.audit import AuditEntry
from app.records.audit_chain import LOCK, AuditSeal
from app.records.audit_redaction import COLUMNS, PERSONAL, REDACT, AuditRedaction, commitment, content
from app.sdk import clock

CHUNK = 200


def redact(session: Session, record_type: str, record_id: int, changes: Mapping[int, Mapping[str, Any]]) -> int:
    """Give entries other personal parts, {entry: {column: value}}; return how many were changed.

    The record is the one for whose sake it is done; its log says which entries were changed. Raises ValueError for a
    column that is no personal part.
    """
    if any(name not in PERSONAL for values in changes.values() for name in values):
        raise ValueError("only the personal parts of an entry are ever changed")
    if session.connection().dialect.name == "postgresql":
        # No seal is made meanwhile of what is about to change.
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    return sum(_redact(session, record_type, record_id, part) for part in _chunks(changes))


def _chunks(changes: Mapping[int, Mapping[str, Any]]) -> Iterator[dict[int, Mapping[str, Any]]]:
    entries = iter(sorted(changes.items()))
    while part := dict(islice(entries, CHUNK)):
        yield part


def _redact(session: Session, record_type: str, record_id: int, changes: Mapping[int, Mapping[str, Any]]) -> int:
    connection, rows = session.connection(), {}
    earlier = _earlier(session, list(changes))
    for entry, salt, seal in _entries(session, list(changes)):
        values = {name: getattr(entry, name) for name in COLUMNS}
        after = {**values, **changes[entry.id]}
        if after == values:
            continue
        before = earlier.get(entry.id)
        kept = commitment(salt, entry) if salt is not None else getattr(before, "commitment", None)
        old_seal = None if salt is not None or kept is not None else getattr(before, "seal_hash", None) or seal
        rows[entry.id] = {"entry_id": entry.id, "at": clock.now(), "content": content(after), "commitment": kept,
                          "seal_hash": old_seal, "is_done": False}
    if not rows:
        return 0
    told = {str(key): row["content"].hex() for key, row in rows.items()}
    audit.write(session, record_type, record_id, REDACT, {"entries": (None, told)})
    witness = session.execute(select(func.max(AuditEntry.id)).where(
        AuditEntry.record_type == record_type, AuditEntry.record_id == record_id,
        AuditEntry.action == REDACT)).scalar_one()
    connection.execute(insert(AuditRedaction), [{**row, "witness_id": witness} for row in rows.values()])
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for key in rows:
        given = {f"new_{name}": value for name, value in changes[key].items()}
        by_columns.setdefault(tuple(sorted(changes[key])), []).append({"entry": key, **given})
    table = AuditEntry.__table__
    for names, given_rows in by_columns.items():
        values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
        connection.execute(update(table).where(table.c.id == bindparam("entry")).values(values), given_rows)
    connection.execute(update(AuditSeal).where(AuditSeal.entry_id.in_(rows), AuditSeal.salt.is_not(None)).values(
        salt=None))
    return len(rows)


def _entries(session: Session, ids: list[int]) -> Iterator[tuple[Any, bytes | None, bytes | None]]:
    statement = select(*AuditEntry.__table__.columns, AuditSeal.salt.label("seal_salt"),
                       AuditSeal.hash.label("seal_hash")).outerjoin(
        AuditSeal, AuditSeal.entry_id == AuditEntry.id).where(AuditEntry.id.in_(ids))
    for row in session.execute(statement).all():
        yield row, row.seal_salt, row.seal_hash


def _earlier(session: Session, ids: list[int]) -> dict[int, Any]:
    rows = select(*AuditRedaction.__table__.columns).where(AuditRedaction.entry_id.in_(ids)).order_by(AuditRedaction.id)
    return {row.entry_id: row for row in session.execute(rows)}
