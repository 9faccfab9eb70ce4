"""Reading lists of values: for forms, for showing a stored code as its label, and for checking what was chosen."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import to_user_timezone
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.records.kept import Kept
from app.records.picklists import Picklist, PicklistOffer, PicklistValue
from app.sdk import clock
from app.sdk.actor import current_actor
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
    icon: str | None = None
    active_from: date | None = None
    active_to: date | None = None
    company_id: int | None = None
    group_id: int | None = None
    # The values of the list that its own depends on under which it is offered; none for all of them.
    under: frozenset[int] = frozenset()

    def __str__(self) -> str:
        return bilingual(self.label)

    def matches(self, text: str) -> bool:
        """Say whether what was typed occurs in a label, the code, the pinyin or its initials."""
        typed = text.casefold().replace(" ", "")
        syllables = [part.rstrip("1234567890") for part in self.sort_zh.split()]
        words = [*self.label.values(), self.code, "".join(syllables), "".join(part[:1] for part in syllables)]
        return any(typed in word.casefold().replace(" ", "") for word in words if word)

    def is_offered(self, day: date, group_ids: Collection[int | None], company_id: int | None = None) -> bool:
        """Say whether somebody may choose it on a day, for the record of a company where that is known."""
        if not self.is_active or (self.active_from or day) > day or (self.active_to or day) < day:
            return False
        if self.group_id is not None and self.group_id not in group_ids:
            return False
        return self.company_id is None or company_id is None or self.company_id == company_id


@dataclass(frozen=True, slots=True)
class ListedList:
    """What a list is, as plain data; `depends_on` is the code of another one."""

    id: int
    code: str
    label: Mapping[str, str]
    is_tree: bool
    allows_other: bool
    source_type: str | None
    source_query: str | None
    fills: Mapping[str, str] | None
    depends_on: str | None


_COLUMNS = [name for name in ListedValue.__dataclass_fields__ if name != "under"]


def _read_values(session: Session, codes: list[str]) -> dict[str, list[ListedValue]]:
    value = PicklistValue
    found: dict[str, list[ListedValue]] = {code: [] for code in codes}
    of_lists = select(value.id).join(Picklist, Picklist.id == value.picklist_id).where(Picklist.code.in_(codes))
    under: dict[int, set[int]] = {}
    for value_id, under_id in session.execute(select(PicklistOffer.value_id, PicklistOffer.under_id).where(
            PicklistOffer.value_id.in_(of_lists))):
        under.setdefault(value_id, set()).add(under_id)
    statement = (
        select(Picklist.code.label("list_code"), *(getattr(value, name) for name in _COLUMNS))
        .join(Picklist, Picklist.id == value.picklist_id)
        .where(Picklist.code.in_(codes)).order_by(value.sequence, value.id)
    )
    for row in session.execute(statement):
        plain = dict(zip(_COLUMNS, row[1:], strict=True))
        found[row[0]].append(ListedValue(**plain, under=frozenset(under.get(plain["id"], ()))))
    return found


def _read_lists(session: Session, _keys: list[str]) -> dict[str, dict[str, ListedList]]:
    other, names = aliased(Picklist), [name for name in ListedList.__dataclass_fields__ if name != "depends_on"]
    statement = select(*(getattr(Picklist, name) for name in names), other.code.label("depends_on")).outerjoin(
        other, other.id == Picklist.depends_on_id)
    return {"all": {row.code: ListedList(**row._mapping) for row in session.execute(statement)}}


_values: Kept[list[ListedValue]] = Kept(Picklist, PicklistValue, PicklistOffer, read=_read_values)
_lists: Kept[dict[str, ListedList]] = Kept(Picklist, read=_read_lists)


def listed(session: Session, *codes: str) -> dict[str, list[ListedValue]]:
    """Return the values of these lists in order; kept by the process until somebody changes a list."""
    return _values.get(session, codes)


def lists(session: Session) -> dict[str, ListedList]:
    """Return all lists by their codes."""
    return _lists.get(session, ["all"])["all"]


def forget_values() -> None:
    """Say that the running unit changed values where no flush tells: with one statement for many rows."""
    _values.written()


def by_code(session: Session, picklist: str, code: str | None) -> ListedValue | None:
    """Return a list's value by its code."""
    return next((value for value in listed(session, picklist)[picklist] if value.code == code), None)


def today() -> date:
    """Return the actor's day."""
    return to_user_timezone(clock.now()).date()  # type: ignore[no-any-return]


def offered(session: Session, picklist: str, *, company_id: int | None = None) -> list[ListedValue]:
    """Return the values that the actor may choose today."""
    day, actor, values = today(), current_actor(), listed(session, picklist)[picklist]
    return [value for value in values
            if value.is_offered(day, (value.group_id,) if actor.is_system else actor.group_ids, company_id)]


def above(values: Iterable[ListedValue], key: int) -> set[int]:
    """Return a value's id and those of all that it lies below in its tree."""
    parents, found, at = {value.id: value.parent_id for value in values}, set[int](), key  # type: ignore[var-annotated]
    while at is not None and at not in found:
        found.add(at)
        at = parents.get(at)  # type: ignore[assignment]
    return found


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
                  codes: Mapping[str, str] | None = None, company_id: int | None = None) -> None:
    """Refuse a value that is not of its list, or is not offered any more.

    `lists` names columns that hold ids, `codes` those that hold codes. What a record has already is the caller's to
    leave out. Raises InvalidField.
    """
    for name, picklist in lists.items():
        chosen = values.get(name)
        if chosen is not None and chosen not in {one.id for one in offered(session, picklist, company_id=company_id)}:
            raise InvalidField(name.removesuffix("_id"), _("Choose an entry of the list."))
    for name, picklist in (codes or {}).items():
        chosen = values.get(name)
        if chosen is not None and chosen not in {one.code for one in offered(session, picklist, company_id=company_id)}:
            raise InvalidField(name, _("Choose an entry of the list."))


# Columns that hold a value's code instead of its id: {list: columns}.
code_columns: dict[str, list[Any]] = {}


def stores_code(picklist: str, column: Any) -> None:
    """Say that a mapped column holds codes of a list, so that its uses are counted."""
    code_columns.setdefault(picklist, []).append(column)
