"""What a list of audit entries says: kinds and names of records, fields by their labels, old and new in words.

All that a page needs is read together, a statement for each class of named records, and of no more classes than
`NAMED`: what is left is called by its id there, and by its name on its own page. Whoever reads the log sees every
entry; but what a field held only where they may read such records, and hold the right that guards it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from app.db import Audited, Model, record_type_of
from app.records.audit import AuditEntry
from app.sdk.actor import current_actor
from app.sdk.i18n import listed
from app.web import names
from app.web.audit_sight import Key, abouts, may_not_read, out_of_sight
from app.web.audit_text import MASKED, field_label, is_guarded, lines, related_ids, related_names
from app.web.cells import cell
from app.web.chrome import builder
from app.web.interface import Interface
from app.web.keyset import Page, Place
from app.web.labels import hidden_text, with_automatic
from app.web.quick_search import COLUMNS
from app.web.shared import RecordDoor
from app.web.words import actor_text, subject_text

NAMED = 5


class Bare(RecordDoor):
    """Stands for the page of a kind of record that has none."""

    def __init__(self, model: type[Any]) -> None:
        self.datamodel = Interface(model)
        self.label_columns = with_automatic({}, ())
        self.formatters_columns: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one entry."""

    who: str
    record: str
    what: str
    old_text: str
    new_text: str
    old_value: Any
    new_value: Any


def record_type_of_model(model: type[Any]) -> str:
    """Return by which name audit knows a class, also a log-in, whose table is not ours."""
    if issubclass(model, Audited):
        return record_type_of(model)
    return str(model.__tablename__).removeprefix("ab_")


def record_pages() -> dict[str, Any]:
    """Return {record type: the page of such records}."""
    return {record_type_of_model(view.datamodel.obj): view for view in reversed(builder().baseviews)
            if hasattr(view, "url_of") and getattr(view, "datamodel", None) is not None}


def record_kinds() -> dict[str, str]:
    """Return {record type: what such a record is called} of all that audit may tell of."""
    known = {record_type_of(mapper.class_) for mapper in Model.registry.mappers
             if issubclass(mapper.class_, Audited) and not getattr(mapper.class_, "is_tombstone", False)}
    return {name: subject_text(name) for name in sorted(known | {"user", "addon", "audit_entry"})}


def views_of(record_types: Iterable[str]) -> dict[str, Any]:
    """Return {record type: its page, or what stands for it}; types whose addon is gone are left out."""
    wanted, pages = set(record_types), record_pages()
    found = {name: pages[name] for name in wanted & pages.keys()}
    for mapper in Model.registry.mappers:
        if issubclass(mapper.class_, Audited) and record_type_of(mapper.class_) in wanted - found.keys():
            found[record_type_of(mapper.class_)] = Bare(mapper.class_)
    return found


def explain(entries: list[AuditEntry]) -> None:
    """Put into words what entries tell."""
    views = views_of(entry.record_type for entry in entries)
    known = _name_all(entries, views)
    by_type: dict[str, list[AuditEntry]] = {}
    for entry in entries:
        by_type.setdefault(entry.record_type, []).append(entry)
    hidden = out_of_sight(entries)
    for kind, own in by_type.items():
        related = related_names(views[kind], own) if kind in views else {}
        for entry in own:
            entry.said = _said(entry, views.get(kind), related, known, is_masked=is_masked(entry, views, hidden))


def is_masked(entry: AuditEntry, views: Mapping[str, Any], hidden: Collection[Key]) -> bool:
    """Say whether what an entry tells of is for others; `hidden` is what app.web.audit_sight.out_of_sight found."""
    return any(one in hidden or may_not_read(one[0], views.get(one[0])) for one in abouts(entry))


def _name_all(entries: list[AuditEntry], views: Mapping[str, Any]) -> dict[tuple[type[Any], int], str]:
    wanted: dict[type[Any], tuple[Any, set[int]]] = {}
    for entry in entries:
        view = views.get(entry.record_type)
        if view is None:
            continue
        if hasattr(view, "url_of"):
            wanted.setdefault(view.datamodel.obj, (view.datamodel, set()))[1].add(entry.record_id)
        for relation, ids in related_ids(view, [entry]).items():
            related = view.datamodel.get_related_interface(relation)
            wanted.setdefault(related.obj, (related, set()))[1].update(ids)
    by_need = sorted(wanted.items(), key=lambda one: (not _has_name(one[1][0]), -len(one[1][1])))
    found: dict[tuple[type[Any], int], str] = {}
    for number, (model, (source, ids)) in enumerate(by_need):
        if number < NAMED and _has_name(source):
            found |= {(model, key): text for key, text in names.names_in(source, ids).items()}
        else:
            names.call_by_id(source, ids)
    return found


def _has_name(source: Any) -> bool:
    # What is called by its parts (a member of a group) would read each of them for each row.
    return any(name in source.list_columns for name in COLUMNS)


def _said(entry: AuditEntry, view: Any, related: Mapping[str, Any], known: Mapping[Any, str], *,
          is_masked: bool) -> Said:
    who, kind = actor_text(entry.actor_label), subject_text(entry.record_type)
    if view is None:
        old, new = (MASKED if is_masked and value is not None else value for value in (entry.old, entry.new))
        return Said(who, _record(entry, kind, None, ""), _text(entry.field), _text(old), _text(new), old, new)
    record = _record(entry, kind, view, known.get((view.datamodel.obj, entry.record_id), ""))
    what = field_label(view, entry.field) if entry.field else ""
    if is_masked:
        old, new = (None if value is None else MASKED for value in (entry.old, entry.new))
        return Said(who, record, what, old or "", new or "", old, new)
    told = lines(view, entry, dict(related))
    if entry.field:
        old_text, new_text = (_text(told[0].old), _text(told[0].new)) if told else ("", "")
    else:
        old_text, new_text = (_short(told, side) for side in ("old", "new"))
    return Said(who, record, what, old_text, new_text, *(_open(entry, view, value) for value in (entry.old, entry.new)))


def _record(entry: AuditEntry, kind: str, view: Any, name: str) -> str:
    if not entry.record_id:
        return kind
    if not name or name == hidden_text():
        return f"{kind} {entry.record_id}"
    return Markup('{} <a href="{}">{}</a>').format(kind, view.url_of(entry.record_id), name)


def _short(told: list[Any], side: str) -> str:
    filled = [(line.label, getattr(line, side)) for line in told]
    parts = [Markup('<span class="text-secondary">{}:</span> <span>{}</span>').format(label, _text(value))
             for label, value in filled if value not in (None, "")]
    return Markup('<div class="three-lines">{}</div>').format(Markup("; ").join(parts)) if parts else ""


def _text(value: Any) -> str:
    shown = cell(value) if not isinstance(value, list) else listed(value)
    return shown.striptags() if isinstance(shown, Markup) else str(shown)


def _open(entry: AuditEntry, view: Any, value: Any) -> Any:
    model, actor = view.datamodel.obj, current_actor()
    if entry.field:
        return MASKED if value is not None and is_guarded(model, entry.field, actor) else value
    if not isinstance(value, dict):
        return value
    return {name: MASKED if is_guarded(model, name, actor) else one for name, one in value.items()}


class AuditInterface(Interface):
    """Entries with what they say. None of them is ever written."""

    def query(self, *args: Any, **kwargs: Any) -> tuple[int, list[Any]]:
        count, rows = super().query(*args, **kwargs)
        explain(rows)
        return count, rows

    def page(self, *args: Any, **kwargs: Any) -> Page:
        found = super().page(*args, **kwargs)
        explain(found.rows)
        return found

    def after(self, filters: Any, order_column: str, order_direction: str, place: Place | None, page_size: int,
              select_columns: Iterable[str] = ()) -> list[Any]:
        rows = super().after(filters, order_column, order_direction, place, page_size, select_columns)
        explain(rows)
        return rows

    def get(self, *args: Any, **kwargs: Any) -> Any | None:
        found = super().get(*args, **kwargs)
        explain([] if found is None else [found])
        return found


__all__ = ["AuditInterface", "explain", "is_masked", "record_kinds", "record_pages",
           "record_type_of_model", "views_of"]
