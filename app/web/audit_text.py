"""The audit log as people read it: labels for column names, names for ids, the changes of one save together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from app.db import field_rights
from app.records.audit_redaction import GONE
from app.records.permissions import AUDIT_READ
from app.sdk.actor import Actor, current_actor
from app.sdk.i18n import LazyString, _l, _lp, bilingual
from app.web import custom_audit
from app.web.labels import automatic_label
from app.web.names import names_of

# Kept for programs; what they say is said by another field.
TECHNICAL = frozenset({"id", "type", "version", "state_category", "created_at", "changed_at", "created_by_id",
                       "changed_by_id", "sort_zh", "sort_en", "deleted_at"})
# Stands for a value that the reader may not see.
MASKED = "•••"
VIA: Mapping[str, LazyString | str] = {
    "ui": _l("Page"), "api": _l("Interface"), "job": _l("Job"), "cli": _l("Command line"), "import": _l("Import"),
    "mail": _l("E-mail"), "system": _l("System"),
}
ACTIONS: Mapping[str, LazyString | str] = {
    "create": _lp("what was done", "Created"), "update": _lp("what was done", "Changed"),
    "delete": _lp("what was done", "Deleted"), "export": _l("List exported"), "import": _l("Imported"),
    "purge": _l("Old entries removed"), "redact": _l("Personal data removed"),
}
# What audit tells of that is no column of the record.
NO_COLUMNS: Mapping[str, LazyString | str] = {"journal": _l("Journal")}


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
    names = related_names(view, entries)
    found: list[Happening] = []
    key: Any = None
    for entry in entries:
        said = lines(view, entry, names)
        if not said and entry.action == "update":
            continue
        now = (entry.at, entry.actor_id, entry.action, entry.request_id)
        if now != key:
            found.append(Happening(entry.at, entry.actor_label, via_label(entry.via), entry.cause or "", entry.action))
            key = now
        found[-1].lines += said
    return found


def changes(entry: Any) -> list[tuple[str, Any, Any]]:
    """Return (field, old, new) of what an entry tells; of a new or deleted record each of its values."""
    if entry.field is not None:
        return [] if entry.field in TECHNICAL else [(entry.field, entry.old, entry.new)]
    old, new = entry.old or {}, entry.new or {}
    return [(name, old.get(name), new.get(name)) for name in dict.fromkeys([*old, *new])
            if name not in TECHNICAL and (old.get(name), new.get(name)) not in ((None, False), (None, 0), (None, ""))]


def related_ids(view: Any, entries: Iterable[Any]) -> dict[str, set[int]]:
    """Return {relation: ids} of the related records that entries tell of."""
    ids: dict[str, set[int]] = {}
    for entry in entries:
        for name, old, new in changes(entry):
            relation = view.field_name(name)
            if view.datamodel.is_relation(relation):
                ids.setdefault(relation, set()).update(value for value in (old, new) if isinstance(value, int))
    return {relation: wanted for relation, wanted in ids.items() if wanted}


def related_names(view: Any, entries: Iterable[Any]) -> dict[str, dict[int, str]]:
    """Return {relation: {id: name}} of the related records that entries tell of."""
    entries = list(entries)
    found = {relation: names_of(view.datamodel, relation, wanted)
             for relation, wanted in related_ids(view, entries).items()}
    return {**found, **custom_audit.names(view, entries)}


def lines(view: Any, entry: Any, names: dict[str, dict[int, str]]) -> list[Line]:
    """Return the changed fields of an entry in words; what the reader may not know is masked."""
    return [_line(view, name, old, new, names) for name, old, new in changes(entry)]


def _line(view: Any, name: str, old: Any, new: Any, names: dict[str, dict[int, str]]) -> Line:
    label = field_label(view, name)
    if is_guarded(view.datamodel.obj, name, current_actor()):
        return Line(label, *(None if value is None else MASKED for value in (old, new)))
    if isinstance(old, list) and isinstance(new, list):
        # Of long lists people want to know what came and what went.
        old, new = [one for one in old if one not in new], [one for one in new if one not in old]
    return Line(label, *(_value(view, view.field_name(name), value, names) for value in (old, new)))


def field_label(view: Any, name: str) -> str:
    """Return what a column is called in the reader's language."""
    relation = view.field_name(name)
    return str(view.label_columns.get(relation) or view.label_columns.get(name) or NO_COLUMNS.get(name)
               or automatic_label(name))


def is_guarded(model: Any, name: str, actor: Actor) -> bool:
    """Say whether a column is hidden from the actor."""
    return custom_audit.is_hidden(model, name, actor) or field_rights.is_hidden(model, name, actor)


def _value(view: Any, name: str, value: Any, names: dict[str, dict[int, str]]) -> Any:
    if value == GONE:
        return value  # a date or a choice stood there once
    if name in names and isinstance(value, int):
        return names[name].get(value, value)
    if name in view.formatters_columns:
        return view.formatters_columns[name](value)
    if custom_audit.is_custom(name):
        return custom_audit.text(view, name, value)
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
    return str(VIA.get(via, via))


def log_url_of_user(username: str) -> str:
    """Return where the audit log tells what a user did, for those who may read it; else nothing."""
    return f"/audit/list/?{urlencode({'_flt_0_actor_label': username})}" if current_actor().can(AUDIT_READ) else ""


def log_url(record_type: str, record_id: int) -> str:
    """Return where the audit log tells of one record, for those who may read it; else nothing."""
    if not current_actor().can(AUDIT_READ):
        return ""
    return f"/audit/list/?_flt_0_record_type={record_type}&_flt_0_record_id={record_id}"
