"""What the audit log keeps to itself: what a record held whose kind, or which itself, the reader may not see."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import literal, select, true, union_all

from app.addon_system.registry import current_registry
from app.db import Model, Record, include_deleted, record_type_of, session, system_scope
from app.db.rights import criterion, record_classes
from app.sdk.actor import current_actor

Key = tuple[str, int]
# Both ends of a link: it tells what they are called.
ENDS = (("source_type", "source_id"), ("target_type", "target_id"))


def may_not_read(record_type: str, view: Any = None) -> bool:
    """Say whether there is a right to read such records which the reader lacks; that of their page is one as well."""
    keys = {f"{name}.read" for name in (record_type, getattr(view, "class_permission_name", None)) if name}
    actor = current_actor()
    return any(key in current_registry().permissions and not actor.can(key) for key in keys)


def abouts(entry: Any) -> list[Key]:
    """Return the records of which an entry tells: its own, and what it linked."""
    found = [(entry.record_type, entry.record_id)]
    for value in (entry.old, entry.new):
        if entry.record_type == "record_link" and isinstance(value, dict):
            found += [(value[kind], value[key]) for kind, key in ENDS if value.get(kind) and value.get(key)]
    return found


def out_of_sight(entries: Iterable[Any]) -> set[Key]:
    """Return the records among those of some entries that are there and that the reader may not see; one statement.

    What is deleted, or purged, is judged like what is not: it is gone for everybody.
    """
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        for kind, key in abouts(entry):
            wanted.setdefault(kind, set()).add(key)
    classes = {record_type_of(mapper.class_): mapper.class_ for mapper in Model.registry.mappers
               if issubclass(mapper.class_, Record) and record_type_of(mapper.class_) in wanted}
    tops, actor, parts = record_classes(), current_actor(), []
    with include_deleted():
        for kind, model in classes.items():
            top: Any = next(one for one in tops if issubclass(model, one))
            seen = criterion(top, actor)
            if seen is not true():
                parts.append(select(literal(kind), top.id).where(
                    top.id.in_(sorted(wanted[kind])), top.id.not_in(select(top.id).where(seen))))
        if not parts:
            return set()
        with system_scope():
            return {(row[0], row[1]) for row in session().execute(union_all(*parts))}


__all__ = ["abouts", "may_not_read", "out_of_sight"]
