"""Dependent lists: which values go with what was chosen of another list, on columns and custom fields alike.

Declared as data: a list says which one it depends on, its values say under which of that one's they are offered.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from app.records.custom.definitions import subject_of
from app.records.custom.values import of_record
from app.records.lists import ListedValue, above, code_columns, listed, lists
from app.records.picklists import PicklistValue
from app.sdk.errors import InvalidField
from app.sdk.i18n import _


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a record has of a list, and in which field."""

    field: str
    picklist: str
    value: ListedValue


def fitting(session: Session, values: Iterable[ListedValue], other: str, key: int) -> list[ListedValue]:
    """Return the values that are offered under one of another list; those that name none go with all."""
    allowed = above(listed(session, other)[other], key)
    return [value for value in values if not value.under or value.under & allowed]


def check(session: Session, record: Any, changed: Collection[str]) -> None:
    """Refuse a pair that does not go together where one of both was changed. Raises InvalidField."""
    pairs = {one.code: one.depends_on for one in lists(session).values() if one.depends_on}
    if not pairs or not changed:
        return
    found = _chosen(session, record, {*pairs, *filter(None, pairs.values())})
    for below, other in pairs.items():
        top = next((one for one in found if one.picklist == other), None)
        if top is None or other is None:
            continue
        for one in found:
            if one.picklist == below and {one.field, top.field} & set(changed) and (
                    not fitting(session, [one.value], other, top.value.id)):
                raise InvalidField(one.field.removesuffix("_id"),
                                   _("This does not go with “%(other)s”.", other=str(top.value)))


def _chosen(session: Session, record: Any, codes: set[str]) -> list[Chosen]:
    values, mapper = listed(session, *sorted(codes)), inspect(type(record))
    by_id = {value.id: (code, value) for code, found in values.items() for value in found}
    found = []
    for attribute in mapper.column_attrs:
        target = {key.column.table for column in attribute.columns for key in column.foreign_keys}
        key = getattr(record, attribute.key) if PicklistValue.__table__ in target else None
        if key in by_id:
            found.append(Chosen(attribute.key, *by_id[key]))
    for code in codes:
        for column in code_columns.get(code, ()):
            if isinstance(record, column.class_):
                held = getattr(record, column.key)
                found += [Chosen(column.key, code, value) for value in values[code] if value.code == held]
    custom = of_record(session, record).values() if subject_of(type(record)) else ()
    found += [Chosen(one.definition.name, *by_id[held.id]) for one in custom for held in one.values
              if isinstance(held, ListedValue) and held.id in by_id]
    return found
