"""Stand-ins for record types whose addon is off.

A row of a joined-table type whose class is not mapped makes every list, get and lazy load of the base fail ("No such
polymorphic_identity"). So each such type gets a read-only class on the base's own table; a flush that would write or
delete one is refused, and lists leave them out.
"""

from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session

from app.addon_system.models import RecordTypeRow
from app.addon_system.registry import Registry
from app.db import DeskSession, Model, db, unit_of_work
from app.sdk.errors import Conflict
from app.sdk.i18n import _


def raise_for_missing(registry: Registry) -> None:
    """Map a stand-in for every known type of a loaded base whose own class is not loaded."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table(RecordTypeRow.__tablename__):
            return
    with unit_of_work() as session:
        rows = session.execute(select(RecordTypeRow.name, RecordTypeRow.base)
                               .where(RecordTypeRow.base.is_not(None))).all()
    bases = {mapper.local_table.name: mapper for mapper in Model.registry.mappers
             if mapper.polymorphic_on is not None and mapper.inherits is None}
    for name, base in rows:
        mapper = bases.get(base)
        if mapper is not None and name not in mapper.polymorphic_map:
            _make(mapper.class_, name)
    if not event.contains(DeskSession, "before_flush", _refuse):
        event.listen(DeskSession, "before_flush", _refuse)


def _make(base: type[Any], name: str) -> None:
    words = "".join(word.capitalize() for word in name.split("_"))
    type(f"{words}Tombstone", (base,), {
        "__module__": __name__, "__mapper_args__": {"polymorphic_identity": name}, "is_tombstone": True,
        "__record_type__": name,
    })


def is_tombstone(item: Any) -> bool:
    """Say whether a row stands in for one whose addon is off."""
    return bool(getattr(type(item), "is_tombstone", False))


def _refuse(session: Session, _context: Any, _instances: Any) -> None:
    touched = [*session.new, *session.deleted, *(item for item in session.dirty if session.is_modified(item))]
    if any(is_tombstone(item) for item in touched):
        raise Conflict(_("The addon of this record is switched off, so it cannot be changed."))
