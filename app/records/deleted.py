"""The recycle bin: what was deleted, by whom and why. The rows stay where they are, hidden, until a purge."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Identity,
    Index,
    ScalarSelect,
    Select,
    String,
    Text,
    UniqueConstraint,
    delete,
    func,
    inspect,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Id, Json, Model, Record, UtcDateTime, fresh_ids, include_deleted, upsert
from app.db.rights import criterion
from app.records import search
from app.records.search import SearchEntry
from app.records.tokens import tokens
from app.sdk import clock
from app.sdk.actor import Actor, current_actor

KIND = "deleted_record"
# Kinds in the bin that are no records of ours, as log-ins are: {kind: its service, which has `model`,
# `delete_permission`, `restore` and `purge`}.
beside: dict[str, Any] = {}


class DeletedRecord(Model):
    """One record in the bin; after its purge what remains of it: a name for what still speaks of it."""

    __tablename__ = KIND
    __record_type__ = KIND
    __table_args__ = (
        UniqueConstraint("record_type", "record_id", name="uq_deleted_record"),
        Index("ix_deleted_record_bin", "purged_at", "deleted_at"),
    )

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    record_type: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[int] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(300))
    reason: Mapped[str | None] = mapped_column(Text)
    deleted_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    deleted_by_id: Mapped[int | None] = mapped_column(Id)
    deleted_by_label: Mapped[str] = mapped_column(String(200))
    # What the deletion changed in the record beside hiding it, so that restoring puts it back.
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    purged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def name_of(record: Any) -> str:
    """Return how a record is called, in both languages where it has a name in each."""
    name = getattr(record, "name", None)
    if isinstance(name, Mapping):
        return " / ".join(dict.fromkeys(text for text in name.values() if text))[:300]
    return str(record)[:300]


def lying(kind: str) -> "Select[int]":
    """Return the ids of what lies in the bin of a kind."""
    return select(DeletedRecord.record_id).where(
        DeletedRecord.record_type == kind, DeletedRecord.purged_at.is_(None))


def put(session: Session, record: Any, name: str, reason: str | None, before: Mapping[str, Any],
        kind: str = "") -> None:
    """Lay a record into the bin; what is no record of ours says its kind."""
    actor, kind = current_actor(), kind or type(record).record_type()
    row = {"record_type": kind, "record_id": record.id, "name": name, "reason": reason, "before": dict(before),
           "deleted_at": clock.now(), "deleted_by_id": actor.user_id, "deleted_by_label": actor.label[:200],
           "purged_at": None}
    upsert.put(session, DeletedRecord, [row], unique=("record_type", "record_id"))
    entry = find(session, kind, record.id)
    found = " ".join(dict.fromkeys(tokens(name, names=True)))
    if entry is not None:
        search.put(session, [{"record_type": KIND, "record_id": entry.id, "tokens": found}])


def find(session: Session, record_type: str, record_id: int) -> DeletedRecord | None:
    """Return the entry of a record, purged ones included."""
    statement = select(DeletedRecord).where(
        DeletedRecord.record_type == record_type, DeletedRecord.record_id == record_id)
    return session.execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()


def forget_words(session: Session, entry: DeletedRecord) -> None:
    """Let nobody find an entry by its name any more."""
    session.connection().execute(
        delete(SearchEntry).where(SearchEntry.record_type == KIND, SearchEntry.record_id == entry.id))


def take(session: Session, entry: DeletedRecord) -> dict[str, Any]:
    """Take an entry out of the bin and return what its deletion had changed."""
    before = dict(entry.before or {})
    forget_words(session, entry)
    session.delete(entry)
    return before


def names(session: Session, model: type[Any], ids: Iterable[int], actor: Actor) -> dict[int, str]:
    """Return {id: name} of deleted and purged records of a class, as far as the actor could see them otherwise."""
    mapper, entry = inspect(model), DeletedRecord
    kind = next((kind for kind, service in beside.items() if service.model is model), None)
    kinds = [one.class_.record_type() for one in mapper.self_and_descendants] if kind is None else [kind]
    statement = select(entry.record_id, entry.name, entry.record_type, entry.purged_at).where(
        entry.record_type.in_(kinds), entry.record_id.in_(set(ids)))
    with include_deleted():
        if kind is None:
            seen = select(model.id).where(criterion(mapper.base_mapper.class_, actor))
            statement = statement.where(entry.record_id.in_(seen) | entry.purged_at.is_not(None))
        rows = session.execute(statement).all()
    return {row[0]: row[1] for row in rows if row[3] is None or actor.can(f"{row[2]}.read")}


def has_names(model: type[Any]) -> bool:
    """Say whether the names of a class's deleted rows are kept here."""
    return issubclass(model, Record) or any(service.model is model for service in beside.values())


def _highest(kinds: list[str]) -> ScalarSelect[int]:
    entry = DeletedRecord
    return select(func.max(entry.record_id)).where(entry.record_type.in_(kinds)).scalar_subquery()


fresh_ids.remember(_highest)
