"""The audit log as people read it: labels for column names, names for ids, the changes of one save together."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.sdk.i18n import _, bilingual
from app.web.labels import automatic_label
from app.web.names import names_of

# Kept for programs; what they say is said by another field.
TECHNICAL = frozenset({"id", "type", "version", "state_category", "created_at", "changed_at", "created_by_id",
                       "changed_by_id", "sort_zh", "sort_en", "deleted_at"})


@dataclass(slots=True)
class Line:
    """One changed field."""

    label: str
    old: Any
    new: Any


@dataclass(slots=True)
class Happening:
    """What one person or job did at one moment."""

    at: datetime
    actor: str
    via: str
    cause: str
    action: str
    lines: list[Line] = field(default_factory=list)


def happenings(view: Any, entries: Iterable[Any]) -> list[Happening]:
    """Return the entries of one record, newest first as they come, grouped by save."""
    entries = list(entries)
    names = _names(view, entries)
    found: list[Happening] = []
    key: Any = None
    for entry in entries:
        lines = [_line(view, name, old, new, names) for name, old, new in _changes(entry)]
        if not lines and entry.action == "update":
            continue
        now = (entry.at, entry.actor_id, entry.action, entry.request_id)
        if now != key:
            found.append(Happening(entry.at, entry.actor_label, via_label(entry.via), entry.cause or "", entry.action))
            key = now
        found[-1].lines += lines
    return found


def _changes(entry: Any) -> list[tuple[str, Any, Any]]:
    if entry.field is not None:
        return [] if entry.field in TECHNICAL else [(entry.field, entry.old, entry.new)]
    old, new = entry.old or {}, entry.new or {}
    return [(name, old.get(name), new.get(name)) for name in dict.fromkeys([*old, *new])
            if name not in TECHNICAL and (old.get(name), new.get(name)) not in ((None, False), (None, 0), (None, ""))]


def _names(view: Any, entries: Iterable[Any]) -> dict[str, dict[int, str]]:
    ids: dict[str, set[int]] = {}
    for entry in entries:
        for name, old, new in _changes(entry):
            relation = view.field_name(name)
            if view.datamodel.is_relation(relation):
                ids.setdefault(relation, set()).update(value for value in (old, new) if isinstance(value, int))
    return {relation: names_of(view.datamodel, relation, wanted) for relation, wanted in ids.items() if wanted}


def _line(view: Any, name: str, old: Any, new: Any, names: dict[str, dict[int, str]]) -> Line:
    relation = view.field_name(name)
    if isinstance(old, list) and isinstance(new, list):
        # Of long lists people want to know what came and what went.
        old, new = [one for one in old if one not in new], [one for one in new if one not in old]
    label = view.label_columns.get(relation) or view.label_columns.get(name) or automatic_label(name)
    return Line(str(label), *(_value(view, relation, value, names) for value in (old, new)))


def _value(view: Any, name: str, value: Any, names: dict[str, dict[int, str]]) -> Any:
    if name in names and isinstance(value, int):
        return names[name].get(value, value)
    if name in view.formatters_columns:
        return view.formatters_columns[name](value)
    if isinstance(value, dict):
        plain = ", ".join(f"{key}: {one}" for key, one in value.items())
        return bilingual(value) if value.keys() <= {"en", "zh"} else plain
    if isinstance(value, str) and name in view.datamodel.list_columns:
        if view.datamodel.is_datetime(name):
            return datetime.fromisoformat(value)
        if view.datamodel.is_date(name):
            return date.fromisoformat(value)
    return value


def via_label(via: str) -> str:
    """Return by which way something came, in words."""
    return {
        "ui": _("Page"), "api": _("Interface"), "job": _("Job"), "cli": _("Command line"), "import": _("Import"),
        "mail": _("E-mail"), "system": _("System"),
    }.get(via, via)
