"""Bringing demo data in: whatever the session writes meanwhile is noted, so that a row is known by no one's memory.

    with bringing(session, "incident") as notes:
        incident_service.create(...)

What is written past the session (app.records.history) is told by whoever writes it: `notes.take(Incident, ids)`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, delete, event, insert, inspect, or_
from sqlalchemy.orm import Session

from app.db import Audited, Change, DeskSession, plain, record_changes
from app.records.demo.models import DemoRecord

# What every change is caused by while demo data come in, in audit.
CAUSE = "demo"
# Log-ins are told to audit by their service, not by the flush.
USERS = "ab_user"
Row = tuple[str, int]


@dataclass(slots=True)
class Notes:
    """The rows of one part: those it made, those it changed, and those that have a key."""

    unit: str
    made: dict[Row, None] = field(default_factory=dict)
    changed: dict[Row, dict[str, tuple[Any, Any]]] = field(default_factory=dict)
    keys: dict[Row, str] = field(default_factory=dict)

    def take(self, model: type[Any], ids: Iterable[int]) -> None:
        """Note rows of a class that were written past the session."""
        self.made.update(dict.fromkeys((table_of(model), key) for key in ids))


_running: ContextVar[Notes | None] = ContextVar("demo_notes", default=None)


def table_of(model: type[Any]) -> str:
    """Return the name of the topmost table of a class."""
    return str(inspect(model).base_mapper.local_table.name)


@contextmanager
def bringing(session: Session, unit: str) -> Iterator[Notes]:
    """Note all rows that are made or changed within the block as demo data of a unit, in the caller's transaction."""
    notes = Notes(unit)
    token = _running.set(notes)
    try:
        yield notes
        session.flush()
    finally:
        _running.reset(token)
    rows: list[dict[str, Any]] = [
        {"unit": unit, "table_name": table, "record_id": key, "key": notes.keys.get((table, key)), "before": None,
         "after": None} for table, key in notes.made]
    rows += [{"unit": unit, "table_name": table, "record_id": key, "key": None,
              "before": {name: plain(old) for name, (old, _new) in pairs.items()},
              "after": {name: plain(new) for name, (_old, new) in pairs.items()}}
             for (table, key), pairs in notes.changed.items()]
    if rows:
        session.connection().execute(insert(DemoRecord), rows)


def _after_flush(session: Session, _context: Any) -> None:
    notes = _running.get()
    if notes is None:
        return
    for item in session.new:
        if isinstance(item, Audited) or table_of(type(item)) == USERS:
            notes.made[table_of(type(item)), item.id] = None


def _changed(session: Session, changes: list[Change]) -> None:
    gone = [(table_of(type(one.record)), one.record.id) for one in changes if one.action == "delete"]
    if gone:
        # On SQLite the id of a row that is gone may be given to another, which would then be taken for demo data.
        table = DemoRecord.__table__
        session.connection().execute(delete(table).where(or_(
            *(and_(table.c.table_name == name, table.c.record_id == key) for name, key in gone))))
    notes = _running.get()
    if notes is None:
        return
    for row in gone:
        notes.made.pop(row, None)
    for one in changes:
        row = (table_of(type(one.record)), one.record.id)
        if one.action == "update" and row not in notes.made:
            present = notes.changed.setdefault(row, {})
            for name, (old, new) in one.fields.items():
                if name not in one.record.__unaudited__:
                    present[name] = (present[name][0] if name in present else old, new)


record_changes(_changed)
if not event.contains(DeskSession, "after_flush", _after_flush):
    event.listen(DeskSession, "after_flush", _after_flush)
