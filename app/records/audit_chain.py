"""The seals of the audit log: each holds the hash of one entry and of the seal before it.

An entry is sealed by a job, some minutes after it was committed, and not by whoever writes it: a chain that writers
had to extend would let only one of them work at a time. The job is alone at it (a lock), takes what is committed and
has no seal yet in the order of ids, and gives each the next position. Ids are handed out before a transaction commits,
so an entry may come late: it gets a later position, and the order of the chain is that of its positions.

`verify` reads the chain through and names each entry that was altered, each that is gone and each seal that is not
where it was; an entry of which a redaction is told in the chain is whole without what was taken out. Who can write to
the database can write a new chain too, so the newest position and hash are told in the log each day: kept elsewhere,
they show that (`--anchor`).
"""

import hashlib
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Identity, Integer, LargeBinary, String, delete, func, insert, select, text, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from app.db import Id, Json, Model, UtcDateTime, unit_of_work
from app.records.audit import AuditEntry
from app.records.audit_redaction import COLUMNS, FIXED, AuditRedaction, commitment, is_told, said, stands
from app.sdk import clock

BATCH = 400
READ = 2000
STEP_SECONDS = 3.0
# No transaction lasts so long: an entry below one that was sealed before that is there by now, or never comes.
SETTLED = timedelta(hours=1)
MAX_FAULTS = 100
ALTERED, GONE, MOVED = "altered", "gone", "moved"
_START = bytes(32)
# Whoever seals or redacts holds it.
LOCK = 7_246_014
SALT = 16


class AuditSeal(Model):
    """The seal of one entry: its place in the chain, and the hash of the entry and of the seal before."""

    __tablename__ = "audit_seal"

    position: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(Id, unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    # What hides the personal parts of the entry in what the seal covers; gone with them (app.records.audit_redaction).
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(SALT))
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditRemoval(Model):
    """The one row that says up to which position retention took entries away, and the hash at which it stopped."""

    __tablename__ = "audit_removal"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    through: Mapped[int] = mapped_column(Id, default=0)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditCheck(Model):
    """One reading of the whole chain: how far it has come, and what it found."""

    __tablename__ = "audit_check"

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_by: Mapped[str] = mapped_column(String(200))
    position: Mapped[int] = mapped_column(Id, default=0)
    entries: Mapped[int] = mapped_column(Integer, default=0)
    faults: Mapped[Any] = mapped_column(Json)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one position: an entry was altered or is gone, or a seal is not where it was."""

    kind: str
    position: int
    entry_id: int | None

    def plain(self) -> list[Any]:
        """Return it as JSON can hold it."""
        return [self.kind, self.position, self.entry_id]


@dataclass(slots=True)
class Reading:
    """How far the chain was read: the position and hash to go on from, how many entries, what was wrong."""

    position: int
    hash: bytes
    entries: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal."""

    position: int
    hash: str


def digest(before: bytes, entry: Any, covered: bytes | None = None) -> bytes:
    """Return the hash of an entry that comes behind another hash.

    `covered` is the commitment to its personal parts; an entry of the time before there were any is covered whole.
    """
    if covered is None:
        return hashlib.sha256(before + said([getattr(entry, name) for name in COLUMNS])).digest()
    return hashlib.sha256(before + said([*(getattr(entry, name) for name in FIXED), covered.hex()])).digest()


def head(session: Session) -> Head | None:
    """Return the newest seal, None where there is none."""
    found = _newest(session)
    return Head(found[0], found[1].hex()) if found[0] else None


def _newest(session: Session) -> tuple[int, bytes]:
    statement = select(AuditSeal.position, AuditSeal.hash).order_by(AuditSeal.position.desc()).limit(1)
    found = session.execute(statement).one_or_none()
    return (found.position, found.hash) if found is not None else removed(session)


def removed(session: Session) -> tuple[int, bytes]:
    """Return up to which position retention took entries away, and the hash of the last of them."""
    found = session.execute(select(AuditRemoval.through, AuditRemoval.hash)).one_or_none()
    return (found.through, found.hash) if found is not None else (0, _START)


def unsealed(session: Session, limit: int = 10_001) -> int:
    """Return how many entries wait for their seal, at most so many."""
    waiting = _waiting(session).with_only_columns(AuditEntry.id).order_by(None).limit(limit).subquery()
    return int(session.execute(select(func.count()).select_from(waiting)).scalar_one())


def _waiting(session: Session) -> Any:
    floor = session.execute(
        select(AuditSeal.entry_id).where(AuditSeal.sealed_at < clock.now() - SETTLED)
        .order_by(AuditSeal.position.desc()).limit(1)).scalar()
    sealed = select(AuditSeal.position).where(AuditSeal.entry_id == AuditEntry.id).exists()
    statement = select(*AuditEntry.__table__.columns).where(~sealed).order_by(AuditEntry.id)
    return statement if floor is None else statement.where(AuditEntry.id > floor)


def seal_batch() -> int:
    """Seal the next entries in a transaction of its own; return how many."""
    with unit_of_work(write=True) as session:
        connection = session.connection()
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        position, before = _newest(session)
        now, rows = clock.now(), []
        for entry in session.execute(_waiting(session).limit(BATCH)):
            salt = secrets.token_bytes(SALT)
            position, before = position + 1, digest(before, entry, commitment(salt, entry))
            rows.append({"position": position, "entry_id": entry.id, "hash": before, "salt": salt, "sealed_at": now})
        if rows:
            connection.execute(insert(AuditSeal), rows)
    return len(rows)


# Verifying -----------------------------------------------------------------------------------------------------------


def begin(session: Session) -> Reading:
    """Return where a reading of the chain begins."""
    position, before = removed(session)
    return Reading(position, before)


def read_on(session: Session, reading: Reading, seconds: float | None = None) -> bool:
    """Read the chain on from where the reading is; return whether its end was reached."""
    until = None if seconds is None else time.monotonic() + seconds
    while rows := _next(session, reading.position):
        redacted = _redacted(session, [row.seal_entry for row in rows if row.seal_salt is None])
        for row in rows:
            _check(reading, row, redacted.get(row.seal_entry))
        if until is not None and time.monotonic() > until:
            return False
    return True


def _next(session: Session, position: int) -> Sequence[Any]:
    seal = (AuditSeal.position.label("seal_position"), AuditSeal.entry_id.label("seal_entry"),
            AuditSeal.hash.label("seal_hash"), AuditSeal.salt.label("seal_salt"))
    statement = (
        select(*seal, *AuditEntry.__table__.columns)
        .outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
        .where(AuditSeal.position > position).order_by(AuditSeal.position).limit(READ))
    return session.execute(statement).all()


def _redacted(session: Session, ids: list[int]) -> dict[int, tuple[Any, Any]]:
    # {entry: (its latest redaction, the entry that tells of it)} of entries whose seal has no salt.
    if not ids:
        return {}
    table, witness = AuditRedaction.__table__, aliased(AuditEntry)
    told = (witness.action.label("action"), witness.new.label("new"))
    statement = select(*table.columns, *told).outerjoin(witness, witness.id == table.c.witness_id).where(
        table.c.entry_id.in_(ids)).order_by(table.c.id)
    return {row.entry_id: (row, row if row.action is not None else None) for row in session.execute(statement)}


def _is_whole(before: bytes, row: Any, redacted: tuple[Any, Any] | None) -> bool:
    if row.seal_salt is not None:
        return bool(digest(before, row, commitment(row.seal_salt, row)) == row.seal_hash)
    if redacted is None:
        return bool(digest(before, row) == row.seal_hash)
    redaction, witness = redacted
    if not is_told(redaction, witness) or not stands(redaction, row):
        return False
    if redaction.commitment is None:
        return bool(redaction.seal_hash == row.seal_hash)
    return bool(digest(before, row, redaction.commitment) == row.seal_hash)


def _check(reading: Reading, row: Any, redacted: tuple[Any, Any] | None) -> None:
    expected = reading.position + 1
    if row.seal_position != expected:
        # Seals and entries are gone together, so the hash before is not known: the next one stands for it.
        _note(reading, Fault(GONE, expected, None))
    elif row.id is None:
        _note(reading, Fault(GONE, row.seal_position, row.seal_entry))
    elif not _is_whole(reading.hash, row, redacted):
        _note(reading, Fault(ALTERED, row.seal_position, row.seal_entry))
    reading.position, reading.hash = row.seal_position, row.seal_hash
    reading.entries += 1


def _note(reading: Reading, fault: Fault) -> None:
    if len(reading.faults) < MAX_FAULTS:
        reading.faults.append(fault)


def check_anchor(session: Session, position: int, known: str) -> Fault | None:
    """Compare the seal of a position with a hash that was kept elsewhere; return what is wrong, None where nothing."""
    found = session.execute(select(AuditSeal.hash).where(AuditSeal.position == position)).scalar()
    return None if found is not None and found.hex() == known.lower() else Fault(MOVED, position, None)


# Retention -----------------------------------------------------------------------------------------------------------


def remove_batch(before: datetime) -> int:
    """Delete the oldest entries, those from before a moment, with their seals; return how many.

    Only what is sealed goes, from the begin of the chain on, so that the rest can still be verified.
    """
    with unit_of_work(write=True) as session:
        through, _hash = removed(session)
        rows = session.execute(
            select(AuditSeal.position, AuditSeal.entry_id, AuditSeal.hash, AuditEntry.at)
            .outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
            .where(AuditSeal.position > through).order_by(AuditSeal.position).limit(BATCH)).all()
        old = list(_leading(rows, before))
        if not old:
            return 0
        connection, last = session.connection(), old[-1]
        told = {"through": last.position, "hash": last.hash}
        if connection.execute(update(AuditRemoval).where(AuditRemoval.id == 1).values(**told)).rowcount == 0:
            connection.execute(insert(AuditRemoval).values(id=1, **told))
        connection.execute(delete(AuditEntry).where(AuditEntry.id.in_([row.entry_id for row in old])))
        connection.execute(delete(AuditSeal).where(AuditSeal.position <= last.position))
    return len(old)


def _leading(rows: Sequence[Any], before: datetime) -> Iterator[Any]:
    for row in rows:
        if row.at is not None and row.at >= before:
            return
        yield row


__all__ = [
    "ALTERED", "GONE", "LOCK", "MOVED", "AuditCheck", "AuditRemoval", "AuditSeal", "Fault", "Head", "Reading", "begin",
    "check_anchor", "head", "read_on", "remove_batch", "removed", "seal_batch", "unsealed",
]
