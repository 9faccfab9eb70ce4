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
from app.exchange import target as kinds
from app.exchange.cells import Unreadable
from app.exchange.finding import Finder, NotThere
from app.exchange.promises import Promises
from app.exchange.several import Several
from app.exchange.target import Target
from app.exchange.targets import EXTERNAL
from app.records.custom import writing
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
    # In a dry run: what earlier rows would have made.
    promises: Promises | None = None
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
                done = self._write(row, record, values)
        except BusinessError as error:
            raise self._told(row, error) from error
        except DBAPIError as error:
            message = _("The database refuses this row: a value is too long, or not allowed.")
            raise self._refused(row, "", message) from error
        rests = self.promises is not None and row.number in self.promises.taken
        return CHANGED if rests and done == UNCHANGED else done

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
                self._take(target, self.value(target, text, found, record), found, record)
            except NotThere as error:
                if self.promises is None or target.model is not self.model or not self.promises.has(text, row.number):
                    wrong.append(Fault(row.number, self.headers[place], text[:200], str(error)))
            except Unreadable as error:
                wrong.append(Fault(row.number, self.headers[place], text[:200], str(error)))
            except BusinessError as error:
                wrong.append(Fault(row.number, self.headers[place], text[:200], _message(error)))
        if wrong:
            raise Refused(wrong)
        return found

    @staticmethod
    def _take(target: Target, value: Any, found: dict[str, Any], record: Any) -> None:
        if target.language:
            before = found.get(target.field) or getattr(record, target.column, None) or {}
            value = {**before, target.language: value}
        found[target.field] = value
        if target.several is not None:
            found.update(target.several.columns(value))

    def value(self, target: Target, text: str, found: Mapping[str, Any], record: Any) -> Any:
        """Return what a text says for a field. Raises Unreadable."""
        if target.several is not None:
            return target.several.read(text)
        values = [self._one(target, part, found, record) for part in target.parts(text)]
        return values if target.is_many else values[0]

    def _one(self, target: Target, text: str, found: Mapping[str, Any], record: Any) -> Any:
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
        own, beside = self._apart(values)
        if record is None:
            made = self.view.service.create(self.actor, own)
            for several, value in beside:
                several.write(self.view, self.actor, made, value)
            if self.key == EXTERNAL:
                self._remember(row, made.id)
            return CREATED
        custom = {code: value for code, value in own.pop(writing.KEY, {}).items()
                  if writing.differs(record, code, value)}
        changed = {name: value for name, value in own.items() if self._differs(record, name, value)}
        more = [(several, value) for several, value in beside if several.differs(record, value)]
        if not changed and not custom and not more:
            return UNCHANGED
        before = {name: getattr(record, self._column(name)) for name in changed}
        if changed or custom:
            self.view.service.update(self.actor, record.id, {**changed, **({writing.KEY: custom} if custom else {})})
        for several, value in more:
            several.write(self.view, self.actor, record, value)
        # What a service makes of a value may be what stood there before.
        is_same = not custom and not more and all(
            getattr(record, self._column(name)) == value for name, value in before.items())
        return UNCHANGED if is_same else CHANGED

    def _apart(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[Several, Any]]]:
        # What the service takes, and what is written beside it.
        own: dict[str, Any] = {}
        beside = []
        for name, value in values.items():
            target = self.targets.get(name)
            if target is not None and target.several is not None:
                beside.append((target.several, value))
            elif target is not None and target.custom is not None:
                own.setdefault(writing.KEY, {})[target.custom.code] = value
            else:
                own[name] = value
        return own, beside

    def _column(self, field_name: str) -> str:
        return next((one.column for one in self.targets.values() if one.field == field_name), field_name)

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
