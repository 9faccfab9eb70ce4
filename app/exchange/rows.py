"""One row of a file, brought in through the service of its kind: made, changed, left as it is, or refused."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.exc import DBAPIError

from app.db import session
from app.db.upsert import put
from app.exchange import cells
from app.exchange import targets as kinds
from app.exchange.cells import Unreadable
from app.exchange.finding import Finder
from app.exchange.targets import EXTERNAL, Target
from app.records.origins import ImportOrigin
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import BusinessError
from app.sdk.i18n import _

CREATED, CHANGED, UNCHANGED, REFUSED = "created", "changed", "unchanged", "refused"
_PLAIN: Mapping[str, Callable[[str], Any]] = {
    kinds.TEXT: str, kinds.BOOL: cells.as_bool, kinds.WHOLE: cells.as_whole, kinds.NUMBER: cells.as_number,
    kinds.DAY: cells.as_day,
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file: its place among the rows, its number in the file, its cells, what it repeats."""

    place: int
    number: int
    cells: list[str]
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row: in which column, with which cell, and why."""

    row: int
    column: str
    value: str
    message: str


class Refused(Exception):
    """A row is not brought in; it says all that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults)
        self.faults = faults


@dataclass
class Importer:
    """Brings rows in for somebody, as they are mapped. Needs a writing unit of work in which that somebody acts."""

    view: Any
    actor: Actor
    targets: dict[str, Target]
    headers: list[str]
    mapping: dict[int, str]
    key: str
    finder: Finder
    zone: str
    found: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def model(self) -> Any:
        return self.view.datamodel.obj

    def look_up(self, rows: Iterable[Row]) -> None:
        """Find the records that some rows are about, together."""
        self.found = self.finder.records(self.model, self.key, (self._key_of(row) for row in rows)) if self.key else {}

    def bring_in(self, row: Row) -> str:
        """Bring one row in, all or nothing, and return what became of it. Raises Refused."""
        if row.repeats:
            raise self._refused(row, self.key, _("Row %(row)s has the same key.", row=row.repeats))
        if self.key and not self._key_of(row):
            raise self._refused(row, self.key, _("The key is empty: nobody can tell which record this is."))
        present = self.found.get(self._key_of(row), []) if self.key else []
        if len(present) > 1:
            raise self._refused(row, self.key, _("%(number)s records have this key.", number=len(present)))
        record = present[0] if present else None
        values = self._values(row, record)
        try:
            with session().begin_nested():
                return self._write(row, record, values)
        except BusinessError as error:
            raise self._told(row, error) from error
        except DBAPIError as error:
            message = _("The database refuses this row: a value is too long, or not allowed.")
            raise self._refused(row, "", message) from error

    # Parts ---------------------------------------------------------------------------------------------------------

    def _key_of(self, row: Row) -> str:
        return next((row.cells[place] for place, name in self.mapping.items() if name == self.key), "")

    def _values(self, row: Row, record: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        wrong: list[Fault] = []
        # What narrows another field is read before it.
        order = sorted(self.mapping.items(), key=lambda one: bool(getattr(self.targets.get(one[1]), "narrowed_by", "")))
        for place, name in order:
            target, text = self.targets.get(name), row.cells[place]
            if target is None or not text:
                continue  # an empty cell says nothing
            try:
                value = self.value(target, text, found, record)
            except Unreadable as error:
                wrong.append(Fault(row.number, self.headers[place], text[:200], str(error)))
                continue
            except BusinessError as error:
                wrong.append(Fault(row.number, self.headers[place], text[:200], _message(error)))
                continue
            if target.language:
                value = {**(found.get(target.field) or getattr(record, target.column, None) or {}),
                         target.language: value}
            found[target.field] = value
        if wrong:
            raise Refused(wrong)
        return found

    def value(self, target: Target, text: str, found: Mapping[str, Any], record: Any) -> Any:
        """Return what a text says for a field. Raises Unreadable."""
        if target.kind in (kinds.CHOICE, kinds.LISTED):
            return self.finder.choice(target, text)
        if target.kind == kinds.RELATED:
            return self.finder.related(target, text, self._within(target, found, record))
        if target.kind == kinds.MOMENT:
            return cells.as_moment(text, self.zone)
        if target.length is not None and len(text) > target.length:
            raise Unreadable(_("A text has at most %(number)s characters.", number=target.length))
        return _PLAIN.get(target.kind, str)(text)

    def _within(self, target: Target, found: Mapping[str, Any], record: Any) -> int | None:
        name = target.narrowed_by
        if not name:
            return None
        given = found.get(name, found.get(f"{name}_id"))
        return given if isinstance(given, int) else getattr(record, f"{name}_id", None)

    def _write(self, row: Row, record: Any, values: dict[str, Any]) -> str:
        if record is None:
            made = self.view.service.create(self.actor, values)
            if self.key == EXTERNAL:
                self._remember(row, made.id)
            return CREATED
        changed = {name: value for name, value in values.items() if self._differs(record, name, value)}
        if not changed:
            return UNCHANGED
        before = {name: getattr(record, self._column(name)) for name in changed}
        self.view.service.update(self.actor, record.id, changed)
        # What a service makes of a value may be what stood there before.
        is_same = all(getattr(record, self._column(name)) == value for name, value in before.items())
        return UNCHANGED if is_same else CHANGED

    def _column(self, field_name: str) -> str:
        return next(one.column for one in self.targets.values() if one.field == field_name)

    def _differs(self, record: Any, name: str, value: Any) -> bool:
        present = getattr(record, self._column(name))
        if isinstance(present, Decimal | float) and isinstance(value, Decimal):
            return Decimal(str(present)) != value
        if isinstance(present, datetime) or not isinstance(present, date | str | None):
            return bool(present != value)
        return bool((present or "") != (value or "")) if isinstance(value, str) else bool(present != value)

    def _remember(self, row: Row, record_id: int) -> None:
        put(session(), ImportOrigin, [{
            "source": self.finder.source, "record_type": self.model.record_type(), "reference": self._key_of(row)[:100],
            "record_id": record_id, "fingerprint": "", "imported_at": clock.now(),
        }], unique=("source", "record_type", "reference"))

    # Faults --------------------------------------------------------------------------------------------------------

    def _header_of(self, name: str) -> tuple[str, int | None]:
        for place, mapped in self.mapping.items():
            target = self.targets.get(mapped)
            if mapped == name or (target is not None and name in (target.field, target.column, target.name,
                                                                   target.column.removesuffix("_id"))):
                return self.headers[place], place
        target = next((one for one in self.targets.values() if name in (one.field, one.column, one.name)), None)
        return (target.label if target is not None else name), None

    def _refused(self, row: Row, name: str, message: str) -> Refused:
        header, place = self._header_of(name) if name else ("", None)
        return Refused([Fault(row.number, header, row.cells[place][:200] if place is not None else "", message)])

    def _told(self, row: Row, error: BusinessError) -> Refused:
        if not error.fields:
            return self._refused(row, "", error.message)
        return Refused([one for name, message in error.fields.items()
                        for one in self._refused(row, name, str(message)).faults])


def _message(error: BusinessError) -> str:
    return str(next(iter(error.fields.values()), error.message))
