"""Writing the values of custom fields: the one door, called by the services of the records themselves.

    values, custom = writing.taken(values)          # {"custom_fields": {code: value}} is set aside
    …
    writing.write(actor, record, custom)            # checked, written, told to audit and search

A refusal names `custom_fields.<code>`. Only what changes is written, and audit gets one row for each.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

from flask_babel import to_user_timezone
from sqlalchemy import String, delete, insert, inspect
from sqlalchemy.orm import Session

from app.db import Record, session
from app.db import unit as units
from app.records import audit, dependent, search
from app.records.custom import choosing, kinds, record_sets
from app.records.custom.definitions import Definition, definitions, subject_of
from app.records.custom.filling import filled
from app.records.custom.models import PREFIX, CustomValue
from app.records.custom.values import KEPT, Held, Reference, Values, of_record, of_records, words_of
from app.records.lists import ListedList, ListedValue, listed, lists
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import BusinessError, Conflict, InvalidField, MissingFields
from app.sdk.i18n import _

KEY = PREFIX.removesuffix(".")
CREATE, CHANGE, STEP = "create", "change", "step"
Given = Mapping[str, Any] | None
_COLUMNS = ("text", "sort_text", "number", "day", "moment", "flag", "value_id", "ref_type", "ref_id")
# What a value is compared by; the rest follows from it.
_TOLD = ("number", "day", "moment", "flag", "value_id", "ref_type", "ref_id")


def taken(values: Mapping[str, Any]) -> tuple[dict[str, Any], Given]:
    """Return the values without the custom fields, and these; None where nothing was said of them."""
    rest = dict(values)
    given = rest.pop(KEY, None)
    if given is not None and not isinstance(given, Mapping):
        raise InvalidField(KEY, _("Give the custom fields by their codes."))
    return rest, given


def held_by(record: Any) -> Values:
    """Return all that a record has in its fields, whoever asks."""
    return of_record(session(), record)


def differs(record: Any, code: str, raw: Any) -> bool:
    """Say whether a value is another one than the record has in a field, whoever asks. Raises InvalidField."""
    subject = subject_of(type(record))
    field = next((one for one in (definitions(session(), subject) if subject else ()) if one.code == code), None)
    if field is None:
        raise InvalidField(f"{PREFIX}{code}", _("There is no such field."))
    before = held_by(record)
    return not _is_same(before.get(code), _ready(record, [field], {code: raw}, before)[code])


def write(actor: Actor, record: Any, given: Given, columns: Collection[str] = (), *, when: str = CHANGE,
          is_locked: bool = False) -> None:
    """Write what was given of a record's custom fields; `columns` are those of its own that changed along with them.

    A step of the life cycle sets what the state that it led to requires, and nothing else. Raises BusinessError naming
    each wrong field, Conflict where the record is locked.
    """
    changed = _write(actor, record, given, when, is_locked=is_locked)
    dependent.check(session(), record, {*columns, *changed})


def _write(actor: Actor, record: Any, given: Given, when: str, *, is_locked: bool) -> list[str]:
    is_new, is_step = when == CREATE, when == STEP
    subject = subject_of(type(record))
    fields = definitions(session(), subject) if subject else []
    state = getattr(record, "state", None)
    mine = [one for one in fields if one.is_edited_by(actor) and (not is_step or one.must(state))]
    _refuse_unknown(fields, mine, given or {}, actor)
    if (not given and not (is_new or is_step)) or not (mine or given):
        return []
    before = {} if is_new else held_by(record)
    wanted = _with_defaults(mine, given or {}, actor) if is_new else given or {}
    ready = _ready(record, mine, wanted, before)
    for code, value in _filled(actor, record, mine, ready, before).items():
        with suppress(BusinessError):  # what does not fit into a field does not fill it
            ready.update(_ready(record, mine, {code: value}, before))
    _refuse_missing([one for one in mine if one.must(state) and (is_new or is_step or one.code in ready)],
                    ready, before)
    changed = {one: ready[one.code] for one in mine
               if one.code in ready and not _is_same(before.get(one.code), ready[one.code])}
    if changed and is_locked:
        text = _("This field cannot be changed any more.")
        raise Conflict(text, fields=dict.fromkeys((one.name for one in changed), text))
    if changed:
        _store(record, changed)
        _tell(record, changed, before, is_new=is_new)
    return [one.name for one in changed]


def _refuse_unknown(fields: list[Definition], mine: list[Definition], given: Mapping[str, Any], actor: Actor) -> None:
    known = {one.code: one for one in fields}
    wrong = {}
    for code in given:
        one = known.get(str(code))
        if one is None or not one.is_read_by(actor):
            wrong[f"{PREFIX}{code}"] = _("There is no such field.")
        elif one not in mine:
            wrong[one.name] = _("This field cannot be set.")
    if wrong:
        raise BusinessError(_("Please check the marked fields."), fields=wrong, code="invalid_field")


def _with_defaults(fields: list[Definition], given: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    now = clock.now()
    today = to_user_timezone(now).date()
    defaults = {one.code: choosing.default(one, actor, today, now) for one in fields if one.code not in given}
    return {**given, **{code: value for code, value in defaults.items() if value is not None}}


def _ready(record: Any, fields: list[Definition], given: Mapping[str, Any], before: Values) -> dict[str, list[Any]]:
    ready, wrong = {}, {}
    for one in fields:
        if one.code not in given:
            continue
        try:
            present = before[one.code].values if one.code in before else ()
            kept = {value.id for value in present if isinstance(value, ListedValue | Reference)}
            ready[one.code] = choosing.rows_of(session(), one, given[one.code], record, kept)
        except InvalidField as refusal:
            wrong.update(refusal.fields)
    if wrong:
        raise BusinessError(_("Please check the marked fields."), fields=wrong, code="invalid_field")
    return ready


def _filled(actor: Actor, record: Any, fields: list[Definition], ready: Mapping[str, list[Any]],
            before: Values) -> dict[str, Any]:
    """Return what the choices fill of the fields that nobody has filled; texts of the record itself are set here."""
    found: dict[str, Any] = {}
    known = lists(session()) if any(one.code in ready and one.picklist for one in fields) else {}
    for one in fields:
        info = known.get(one.picklist or "")
        if info is None or not info.fills or len(ready.get(one.code, ())) != 1:
            continue
        chosen = _chosen(info, ready[one.code][0])
        for target, value in (filled(info, chosen, actor) if chosen is not None else {}).items():
            code = target.removeprefix(PREFIX)
            if code == target:
                _fill_column(record, target, value)
            elif code not in ready and code not in before:
                kind = next((other.kind for other in fields if other.code == code), "")
                found[code] = str(value) if kind in (kinds.TEXT, kinds.LONG_TEXT) else value
    return found


def _chosen(info: ListedList, columns: kinds.Columns) -> Any:
    if columns.get("ref_id") is not None:
        return record_sets.row_of(info, columns["ref_id"])
    return next((value for value in listed(session(), info.code)[info.code] if value.id == columns.get("value_id")),
                None)


def _fill_column(record: Any, name: str, value: Any) -> None:
    column = inspect(type(record)).columns.get(name)
    if column is not None and isinstance(column.type, String) and isinstance(value, str) and (
            not column.foreign_keys and getattr(record, name) is None and name not in ("state", "kind")):
        setattr(record, name, value[: column.type.length or kinds.MAX_LONG])


def _refuse_missing(fields: list[Definition], ready: Mapping[str, list[Any]], before: Values) -> None:
    missing = [one for one in fields if not (ready[one.code] if one.code in ready else before.get(one.code))]
    if missing:
        raise MissingFields([one.name for one in missing])


def _is_same(held: Held | None, rows: list[kinds.Columns]) -> bool:
    present = [_key(_columns_of(value)) for value in held.values] if held is not None else []
    return present == [_key(row) for row in rows]


def _key(columns: kinds.Columns) -> tuple[Any, ...]:
    told = tuple(columns.get(name) for name in _TOLD)
    return told if any(part is not None for part in told) else (columns.get("text"),)


def _columns_of(value: Any) -> kinds.Columns:
    if isinstance(value, ListedValue):
        return {"value_id": value.id}
    if isinstance(value, Reference):
        return {"ref_type": value.type, "ref_id": value.id}
    if isinstance(value, bool):
        return {"flag": value}
    name = {"Decimal": "number", "date": "day", "datetime": "moment"}.get(type(value).__name__, "text")
    return {name: value}


def _store(record: Any, changed: Mapping[Definition, list[kinds.Columns]]) -> None:
    connection, table, subject = session().connection(), CustomValue.__table__, type(record).record_type()
    connection.execute(delete(table).where(  # type: ignore[arg-type]
        table.c.record_type == subject, table.c.record_id == record.id,
        table.c.field_id.in_([one.id for one in changed])))
    empty = dict.fromkeys(_COLUMNS)
    rows = [{**empty, **columns, "record_type": subject, "record_id": record.id, "field_id": one.id, "place": place}
            for one, found in changed.items() for place, columns in enumerate(found)]
    if rows:
        connection.execute(insert(table), rows)  # type: ignore[arg-type]
    running = units.current()
    if running is not None:
        running.cache.get(KEPT, {}).pop((subject, record.id), None)


def _tell(record: Any, changed: Mapping[Definition, Any], before: Values, *, is_new: bool) -> None:
    after, subject = held_by(record), type(record).record_type()
    told = {one.name: (_told(before.get(one.code)), _told(after.get(one.code))) for one in changed}
    audit.write(session(), subject, record.id, "update", told)
    if any(one.is_searched for one in changed):
        search.index(session(), record)
    if isinstance(record, Record) and not is_new:
        # Whoever has the record open is told that it is not the one they saw.
        record.updated_at = clock.now()
        session().flush()


def _told(held: Held | None) -> Any:
    """Return a value as audit keeps it: a choice by what it is called in both languages, a record by its id."""
    found = [dict(value.label) if isinstance(value, ListedValue) else value.id if isinstance(value, Reference)
             else value for value in (held.values if held is not None else ())]
    if held is not None and held.definition.kind == kinds.CHOICES:
        return found
    return found[0] if found else None


def _beside(unit: Session, kind: str, ids: list[int]) -> dict[int, str]:
    searched = [one for one in definitions(unit, kind) if one.is_searched and not one.read_right]
    found = of_records(unit, kind, ids, searched, with_rows=False) if searched else {}
    return {key: " ".join(map(words_of, values.values())) for key, values in found.items()}


search.words_beside.append(_beside)
