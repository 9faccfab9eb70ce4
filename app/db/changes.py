"""What a flush changes, told to the recorders (audit, intervals) by the ORM layer, so that no path can skip them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from app.db import fresh_ids, rights, unit
from app.db.base import Audited, Record
from app.sdk import clock
from app.sdk.actor import current_context


@dataclass(slots=True)
class Change:
    """One row that a flush creates, updates or deletes; `fields` maps a column to (old, new)."""

    record: Audited
    action: Literal["create", "update", "delete"]
    fields: dict[str, tuple[Any, Any]]


Recorder = Callable[[Session, list[Change]], None]
_recorders: list[Recorder] = []


def record_changes(recorder: Recorder) -> None:
    """Call a recorder after each flush, in the same transaction, with what the flush changed."""
    if recorder not in _recorders:
        _recorders.append(recorder)


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    return value


def _before_flush(session: Session, _flush_context: Any, _instances: Any) -> None:
    running = unit.current()
    if running is None or not running.write:
        if session.new or session.deleted or any(session.is_modified(item) for item in session.dirty):
            raise unit.WriteOutsideUnit
        return
    modified = [item for item in session.dirty if session.is_modified(item)]
    rights.check_visible(session, modified, list(session.deleted))
    running.cache["created"] = list(session.new)
    # Begun anew with each flush: what one that failed was about to write must not be told by the next.
    changes: list[Change] = []
    running.cache["changes"] = changes
    for item in session.new:
        if isinstance(item, Audited):
            _stamp(item, is_new=True)
            changes.append(Change(item, "create", _fields(item)))
    for item in modified:
        if isinstance(item, Audited):
            _stamp(item, is_new=False)
            changes.append(Change(item, "update", _fields(item)))
    changes.extend(Change(item, "delete", _snapshot(item)) for item in session.deleted if isinstance(item, Audited))
    fresh_ids.give(session, session.new)


def _after_flush(session: Session, _flush_context: Any) -> None:
    running = unit.current()
    changes: list[Change] = running.cache.pop("changes", []) if running is not None else []
    if running is not None:
        rights.check_created(session, running.cache.pop("created", []))
    if changes:
        for recorder in _recorders:
            recorder(session, changes)


def _stamp(item: Audited, *, is_new: bool) -> None:
    if not isinstance(item, Record):
        return
    now, user_id = clock.now(), current_context().actor.user_id
    if is_new:
        item.created_at = item.created_at or now
        item.created_by_id = item.created_by_id or user_id
    item.updated_at, item.updated_by_id = now, user_id


def _fields(item: Audited) -> dict[str, tuple[Any, Any]]:
    state = inspect(item)
    found: dict[str, tuple[Any, Any]] = {}
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        if not history.has_changes():
            continue
        old = history.deleted[0] if history.deleted else None
        new = history.added[0] if history.added else None
        if old != new:
            found[attribute.key] = (old, new)
    return found


def _snapshot(item: Audited) -> dict[str, tuple[Any, Any]]:
    loaded = inspect(item).dict
    return {attribute.key: (loaded.get(attribute.key), None) for attribute in inspect(item).mapper.column_attrs}


def install(session_class: type[Session]) -> None:
    """Attach the recorders to a session class; once a process."""
    if not event.contains(session_class, "before_flush", _before_flush):
        event.listen(session_class, "before_flush", _before_flush)
        event.listen(session_class, "after_flush", _after_flush)
