"""Reading lists of values: for forms, for showing a stored code as its label, and for checking what was chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import Change, Model, record_changes
from app.db import unit as units
from app.records.picklists import Picklist, PicklistValue
from app.sdk.errors import InvalidField
from app.sdk.i18n import _, bilingual, language


@dataclass(frozen=True, slots=True)
class ListedValue:
    """One value of a list, as plain data."""

    id: int
    code: str
    label: Mapping[str, str]
    parent_id: int | None
    sequence: int
    colour: str | None
    is_default: bool
    is_active: bool
    attributes: Mapping[str, Any] | None
    sort_zh: str
    sort_en: str

    def __str__(self) -> str:
        return bilingual(self.label)

    def matches(self, text: str) -> bool:
        """Say whether what was typed occurs in a label, the code, the pinyin or its initials."""
        typed = text.casefold().replace(" ", "")
        syllables = [part.rstrip("1234567890") for part in self.sort_zh.split()]
        words = [*self.label.values(), self.code, "".join(syllables), "".join(part[:1] for part in syllables)]
        return any(typed in word.casefold().replace(" ", "") for word in words if word)


_KEY = "picklists"


def listed(session: Session, *codes: str) -> dict[str, list[ListedValue]]:
    """Return the values of these lists in order; one statement, kept for the running unit of work."""
    running = units.current()
    kept: dict[str, list[ListedValue]] = {} if running is None else running.cache.setdefault(_KEY, {})
    missing = [code for code in codes if code not in kept]
    if missing:
        kept.update({code: [] for code in missing})
        value = PicklistValue
        columns = [getattr(value, name) for name in ListedValue.__dataclass_fields__]
        statement = (
            select(Picklist.code.label("list_code"), *columns).join(Picklist, Picklist.id == value.picklist_id)
            .where(Picklist.code.in_(missing)).order_by(value.sequence, value.id)
        )
        for row in session.execute(statement):
            kept[row[0]].append(ListedValue(*row[1:]))
    return {code: kept[code] for code in codes}


def by_code(session: Session, picklist: str, code: str | None) -> ListedValue | None:
    """Return a list's value by its code."""
    return next((value for value in listed(session, picklist)[picklist] if value.code == code), None)


def paths(values: list[ListedValue]) -> list[tuple[ListedValue, str]]:
    """Return the values of a tree in the order of the tree, each with its path: "Hardware / Printer"."""
    children: dict[int | None, list[ListedValue]] = {}
    known = {value.id for value in values}
    for value in values:
        children.setdefault(value.parent_id if value.parent_id in known else None, []).append(value)
    key = "sort_zh" if language() == "zh" else "sort_en"
    found: list[tuple[ListedValue, str]] = []

    def walk(parent: int | None, before: str) -> None:
        for value in sorted(children.pop(parent, ()), key=lambda one: (one.sequence, getattr(one, key))):
            found.append((value, f"{before}{value}"))
            walk(value.id, f"{before}{value} / ")

    walk(None, "")
    return found


def check_choices(session: Session, values: Mapping[str, Any], lists: Mapping[str, str],
                  codes: Mapping[str, str] | None = None) -> None:
    """Refuse a value that is not of its list: `lists` names columns that hold ids, `codes` those that hold codes.

    Raises InvalidField.
    """
    for name, picklist in lists.items():
        chosen = values.get(name)
        if chosen is not None and chosen not in {value.id for value in listed(session, picklist)[picklist]}:
            raise InvalidField(name.removesuffix("_id"), _("Choose an entry of the list."))
    for name, picklist in (codes or {}).items():
        chosen = values.get(name)
        if chosen is not None and by_code(session, picklist, chosen) is None:
            raise InvalidField(name, _("Choose an entry of the list."))


# Columns that hold a value's code instead of its id: {list: columns}.
_code_columns: dict[str, list[Any]] = {}


def stores_code(picklist: str, column: Any) -> None:
    """Say that a mapped column holds codes of a list, so that its uses are counted."""
    _code_columns.setdefault(picklist, []).append(column)


def uses(session: Session, value: PicklistValue) -> int:
    """Count the rows, visible or not, that refer to a value by its id or its code."""
    target = PicklistValue.__table__
    keys = [column for table in Model.metadata.tables.values() for column in table.columns
            if any(key.column.table is target for key in column.foreign_keys)]
    counts = [select(func.count()).select_from(key.table).where(key == value.id) for key in keys]
    code = session.execute(select(Picklist.code).where(Picklist.id == value.picklist_id)).scalar()
    for column in _code_columns.get(code or "", ()):
        held = column.property.columns[0]
        counts.append(select(func.count()).select_from(held.table).where(held == value.code))
    return sum(int(session.connection().execute(count).scalar() or 0) for count in counts)


def _forget(_session: Session, changes: list[Change]) -> None:
    running = units.current()
    if running is not None and any(isinstance(change.record, Picklist | PicklistValue) for change in changes):
        running.cache.pop(_KEY, None)


record_changes(_forget)
