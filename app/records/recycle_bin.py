"""The recycle bin as one list over all kinds: what the reader could delete, they see here and may restore."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, inspect, or_, select, tuple_

from app.db import Record, include_deleted, session
from app.db.rights import criterion
from app.records import deleted, search
from app.records.deleted import DeletedRecord
from app.records.permissions import RECYCLE_BIN_READ
from app.records.service import services
from app.sdk.actor import Actor
from app.sdk.errors import NotFound

PAGE = 50


@dataclass(frozen=True, slots=True)
class BinPage:
    """Some entries, newest first, and the id of the last one where there are more."""

    entries: list[DeletedRecord]
    more: int | None


def kinds(actor: Actor) -> dict[str, Any]:
    """Return {record type: its service} of the kinds whose deleted records the actor may see."""
    known: dict[str, Any] = {name: one for name, one in services.items() if issubclass(one.model, Record)}
    return {name: one for name, one in sorted((known | deleted.beside).items()) if actor.can(one.delete_permission)}


def service_of(kind: str) -> Any | None:
    """Return the service of a kind that lies in the bin, None where its addon is off."""
    return services.get(kind) or deleted.beside.get(kind)


def page(actor: Actor, kind: str = "", text: str = "", before: int | None = None) -> BinPage:
    """Return a page of the bin. Raises Forbidden."""
    actor.require(RECYCLE_BIN_READ)
    entry, known = DeletedRecord, kinds(actor)
    statement = select(entry).where(entry.purged_at.is_(None), _visible(actor, known))
    if kind:
        statement = statement.where(entry.record_type == kind)
    if text.strip():
        statement = statement.where(search.matching(entry, text))
    if before is not None:
        at = select(entry.deleted_at).where(entry.id == before).scalar_subquery()
        statement = statement.where(tuple_(entry.deleted_at, entry.id) < tuple_(at, before))
    statement = statement.order_by(entry.deleted_at.desc(), entry.id.desc()).limit(PAGE + 1)
    with include_deleted():
        found = list(session().execute(statement).scalars())
    return BinPage(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def one(actor: Actor, entry_id: int) -> tuple[DeletedRecord, Any]:
    """Return an entry that the actor may see, and the service of its kind. Raises NotFound."""
    known = kinds(actor)
    statement = select(DeletedRecord).where(
        DeletedRecord.id == entry_id, DeletedRecord.purged_at.is_(None), _visible(actor, known))
    with include_deleted():
        found = session().execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found, known[found.record_type]


def files_of(entry: DeletedRecord) -> int:
    """Count the files that would go with an entry's record."""
    from app.records import attachments

    return len(attachments.of_record(session(), entry.record_type, entry.record_id))


def _visible(actor: Actor, known: dict[str, Any]) -> ColumnElement[bool]:
    # By topmost classes: the rule of a row is that of its class, asked of deleted rows as well.
    tops: dict[type[Any], list[str]] = {}
    for name, service in known.items():
        if name in deleted.beside:
            continue
        tops.setdefault(inspect(service.model).base_mapper.class_, []).append(name)
    entry, parts = DeletedRecord, []
    with include_deleted():
        for top, names in tops.items():
            rows = select(top.id).where(top.id == entry.record_id, criterion(top, actor))
            parts.append(and_(entry.record_type.in_(names), rows.exists()))
    if others := sorted(known.keys() & deleted.beside.keys()):
        parts.append(entry.record_type.in_(others))
    return or_(*parts) if parts else false()


