"""Reading the values of custom fields: of many records at once, under the reader's rights."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import unit as units
from app.records.custom import kinds
from app.records.custom.definitions import Definition, definitions, model_of
from app.records.custom.models import CustomValue
from app.records.links import REMOVED
from app.records.lists import ListedValue, listed


@dataclass(slots=True)
class Reference:
    """A record that a value names. `row` is None where it is gone or the reader may not see it."""

    type: str
    id: int
    text: str
    row: Any = None
    is_known: bool = False  # its type of record is there

    @property
    def is_removed(self) -> bool:
        """Whether it was erased with its addon; it is called as it was."""
        return self.type.startswith(REMOVED)


@dataclass(slots=True)
class Held:
    """What one record has in one field: plain values, values of lists or references."""

    definition: Definition
    values: list[Any] = field(default_factory=list)

    @property
    def plain(self) -> Any:
        """The value as REST gives and takes it: codes of lists, ids of records; of one that was erased the name."""
        found = [_plain(value) for value in self.values]
        if self.definition.kind == kinds.CHOICES:
            return found
        return found[0] if found else None


Values = dict[str, Held]
KEPT = "custom_values"


def _plain(value: Any) -> Any:
    if isinstance(value, ListedValue):
        return value.code
    if isinstance(value, Reference):
        return value.text if value.is_removed else value.id
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def of_records(session: Session, record_type: str, ids: Iterable[int], fields: Iterable[Definition], *,
               with_rows: bool = True) -> dict[int, Values]:
    """Return {record id: {code: what it holds}}: one statement, and one for each type of record that is referred to.

    The caller has checked that the records and the fields may be seen.
    """
    known, wanted = {one.id: one for one in fields}, list(ids)
    found: dict[int, Values] = {key: {} for key in wanted}
    if not known or not wanted:
        return found
    value = CustomValue
    statement = (
        select(value.record_id, value.field_id, value.text, value.number, value.day, value.moment, value.flag,
               value.value_id, value.ref_type, value.ref_id)
        .where(value.record_type == record_type, value.record_id.in_(wanted), value.field_id.in_(known))
        .order_by(value.record_id, value.field_id, value.place)
    )
    rows = session.execute(statement).all()
    lists = _lists(session, known.values()) if any(row.value_id for row in rows) else {}
    refs: list[Reference] = []
    for row in rows:
        definition = known[row.field_id]
        held = found[row.record_id].setdefault(definition.code, Held(definition))
        one = _value(row, lists.get(definition.picklist or "", {}))
        if one is not None:
            held.values.append(one)
        if isinstance(one, Reference):
            refs.append(one)
    if with_rows:
        _look_up(session, refs)
    return found


def of_record(session: Session, record: Any) -> Values:
    """Return all that one record has, whoever asks; read once a unit of work, for whoever shows it picks their part."""
    subject, running = type(record).record_type(), units.current()
    kept: dict[Any, Values] = {} if running is None else running.cache.setdefault(KEPT, {})
    key = (subject, record.id)
    if key not in kept:
        kept[key] = of_records(session, subject, [record.id], definitions(session, subject))[record.id]
    return kept[key]


def forget() -> None:
    """Read values anew within the running unit of work: many were changed at once."""
    running = units.current()
    if running is not None:
        running.cache.pop(KEPT, None)


def _lists(session: Session, fields: Iterable[Definition]) -> dict[str, dict[int, ListedValue]]:
    codes = {one.picklist for one in fields if one.picklist}
    return {code: {value.id: value for value in values} for code, values in listed(session, *sorted(codes)).items()}


def _value(row: Any, values: Mapping[int, ListedValue]) -> Any:
    if row.value_id is not None:
        return values.get(row.value_id)
    if row.ref_id is not None:
        return Reference(row.ref_type, row.ref_id, row.text or "")
    for plain in (row.number, row.day, row.moment, row.flag):
        if plain is not None:
            return plain
    return row.text


def _look_up(session: Session, refs: list[Reference]) -> None:
    for kind in {one.type for one in refs}:
        model = model_of(kind)
        if model is None:
            continue
        ids = {one.id for one in refs if one.type == kind}
        rows = {row.id: row for row in session.execute(select(model).where(model.id.in_(ids))).scalars()}
        for one in refs:
            if one.type == kind:
                one.row, one.is_known = rows.get(one.id), True


def words_of(held: Held) -> str:
    """Return the words by which a record is found: its texts, and its choices in both languages.

    Not what other records are called: who finds this one may not be allowed to see them.
    """
    found = []
    for value in held.values:
        if isinstance(value, ListedValue):
            found += [text for text in value.label.values() if text]
        elif isinstance(value, str):
            found.append(value)
    return " ".join(found)
