"""Service calendars as values to reckon with, read by everybody at the cost of no statement.

A process keeps them all, with what it has worked out, by the epoch that every request reads anyway and that a change
of a calendar moves on; jobs and commands read them anew after a second at the latest. There are a few dozen.
"""

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import g, has_request_context
from sqlalchemy import Connection, select

from app.db import Change, after_commit, db, record_changes, session
from app.db import unit as units
from app.records.calendars import CLOSED, OPEN, WEEKDAYS, Calendar, CalendarDay, CalendarWeek
from app.records.holidays import HOLIDAY, HolidayCalendar, HolidayDay, HolidayYear
from app.records.settings import setting
from app.sdk import calendars as sdk
from app.sdk.i18n import bilingual

FRESH = 1.0  # seconds
_WRITTEN = "calendars_written"
_MODELS = (Calendar, CalendarWeek, CalendarDay, HolidayCalendar, HolidayDay, HolidayYear)


@dataclass(frozen=True, slots=True)
class Kept:
    """One calendar: its row as plain data, and the value to reckon with."""

    id: int
    code: str
    name: Mapping[str, str]
    is_active: bool
    holiday_calendar_id: int | None
    calendar: sdk.Calendar

    def __str__(self) -> str:
        return bilingual(self.name)


_kept: dict[str, tuple[int | None, float, dict[int, Kept]]] = {}


def calendars() -> dict[int, Kept]:
    """Return every calendar by its id."""
    running = units.current()
    if running is not None and running.cache.get(_WRITTEN):
        return _read(session().connection())  # what this unit has changed is nobody else's before it commits
    name = str(db.engine.url)
    epoch = g.get("rights_epoch") if has_request_context() else None
    kept = _kept.get(name)
    if kept is not None and (kept[0] == epoch if epoch is not None else time.monotonic() - kept[1] < FRESH):
        return kept[2]
    _kept[name] = (epoch if epoch is not None or kept is None else kept[0], time.monotonic(), _now())
    return _kept[name][2]


def calendar_of(calendar_id: int | None) -> Kept | None:
    """Return a calendar, or None where it is not there or not in use."""
    found = calendars().get(calendar_id) if calendar_id is not None else None
    return found if found is not None and found.is_active else None


def desk_calendar() -> Kept | None:
    """Return the calendar that the desk goes by where nothing says otherwise."""
    code = setting("calendars.default")
    return next((one for one in calendars().values() if one.code == code and one.is_active), None)


def forget() -> None:
    """Read the calendars anew at the next question."""
    _kept.clear()


def _now() -> dict[int, Kept]:
    if units.current() is not None:
        return _read(session().connection())
    with db.engine.connect() as connection:
        return _read(connection)


def _read(connection: Connection) -> dict[int, Kept]:
    # Six statements, whatever the number of calendars.
    rows = {row.id: row for row in connection.execute(select(Calendar.__table__))}
    weeks = _by_key(connection, CalendarWeek, "calendar_id")
    days = _by_key(connection, CalendarDay, "calendar_id")
    holidays = _holidays(connection)
    made: dict[int, sdk.Calendar] = {}

    def make(key: int, below: frozenset[int] = frozenset()) -> sdk.Calendar:
        if key not in made:
            row = rows[key]
            # The services refuse loops; one that is there nevertheless ends here.
            is_based = row.base_id in rows and row.base_id not in below | {key}
            made[key] = sdk.Calendar(
                ZoneInfo(row.timezone), tuple(map(_week, weeks[key])),
                {day: special for one in days[key] for day, special in _special(one)},
                holidays.get(row.holiday_calendar_id), make(row.base_id, below | {key}) if is_based else None,
                row.makeup_weekday, row.ignores_holidays,
            )
        return made[key]

    return {key: Kept(key, row.code, row.name, bool(row.is_active), row.holiday_calendar_id, make(key))
            for key, row in rows.items()}


def _by_key(connection: Connection, model: Any, key: str) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in connection.execute(select(model.__table__).order_by(model.id)):
        found[getattr(row, key)].append(row)
    return found


def _holidays(connection: Connection) -> dict[int, sdk.HolidayList]:
    years, days = (_by_key(connection, model, "holiday_calendar_id") for model in (HolidayYear, HolidayDay))
    keys = connection.execute(select(HolidayCalendar.id)).scalars()
    return {key: sdk.HolidayList(
        {one.day: sdk.SpecialDay(() if one.kind == HOLIDAY else None, one.weekday, one.name) for one in days[key]},
        frozenset(one.year for one in years[key])) for key in keys}


def _week(row: Any) -> sdk.Week:
    hours = {WEEKDAYS.index(day): sdk.parse_hours(text) for day, text in row.hours.items()}
    return sdk.Week(hours, row.valid_from, row.valid_to)


def _special(row: Any) -> list[tuple[date, sdk.SpecialDay]]:
    hours = {CLOSED: (), OPEN: sdk.parse_hours(row.hours or "") if row.kind == OPEN else None}.get(row.kind)
    special = sdk.SpecialDay(hours, row.weekday, row.name)
    length = ((row.last_day or row.day) - row.day).days + 1
    return [(row.day + timedelta(days=number), special) for number in range(length)]


def _changed(_session: Any, changes: list[Change]) -> None:
    running = units.current()
    if running is not None and any(isinstance(change.record, _MODELS) for change in changes):
        running.cache[_WRITTEN] = True
        after_commit(forget)


record_changes(_changed)
