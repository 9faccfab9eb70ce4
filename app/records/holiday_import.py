"""Bringing in a year of holidays from a file: looked at first, then all of it or nothing.

A file is for one year, whose days it replaces. A festival may begin in the last days of the year before: such days are
added to that year, where the list knows it, and leave its other days alone.
"""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.db import session
from app.records.holiday_file import RawDay
from app.records.holiday_services import FIRST_YEAR, KINDS, LAST_YEAR, days_in
from app.records.holidays import HOLIDAY, WORKING, HolidayCalendar, HolidayDay, HolidayYear
from app.records.permissions import CALENDAR_WRITE
from app.records.values import all_or_nothing
from app.sdk.actor import Actor
from app.sdk.errors import BusinessError, InvalidField, NotFound
from app.sdk.i18n import _


@dataclass(frozen=True, slots=True)
class ReadDay:
    """One day that may be written."""

    line: int
    day: date
    kind: str
    name: dict[str, str]
    weekday: int | None


@dataclass(slots=True)
class Plan:
    """What bringing a file in would do. `errors` maps the number of a row to what is wrong with it."""

    year: int
    days: list[ReadDay] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)
    # How many days of the year the list holds now; None: it does not know the year.
    present: int | None = None

    @property
    def holidays(self) -> int:
        """How many days are free."""
        return sum(day.kind == HOLIDAY for day in self.days)

    @property
    def working(self) -> int:
        """How many days are worked to make up."""
        return sum(day.kind == WORKING for day in self.days)


def plan(holiday_calendar_id: int, rows: Iterable[RawDay], year: int | None = None) -> Plan:
    """Return what the rows would do; the year is that of most rows where none is given. Raises InvalidField."""
    rows = list(rows)
    days = [(row, _date(row.day)) for row in rows]
    counted = Counter(day.year for _row, day in days if day is not None)
    if year is None and not counted:
        raise InvalidField("file", _("The file holds no days."))
    found = Plan(year if year is not None else max(counted, key=lambda one: (counted[one], one)))
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise InvalidField("year", _("Give a number from %(least)s to %(most)s.", least=FIRST_YEAR, most=LAST_YEAR))
    known = set(session().execute(
        select(HolidayYear.year).where(HolidayYear.holiday_calendar_id == holiday_calendar_id)).scalars())
    if found.year in known:
        counting = select(func.count()).select_from(HolidayDay).where(days_in(holiday_calendar_id, found.year))
        found.present = session().execute(counting).scalar()
    seen: dict[date, int] = {}
    for row, day in days:
        wrong = _wrong(row, day, found.year, known, seen)
        if wrong:
            found.errors.append((row.line, wrong))
        elif day is not None:
            seen[day] = row.line
            found.days.append(ReadDay(row.line, day, row.kind, {"en": row.name_en, "zh": row.name_zh},
                                      int(row.weekday) - 1 if row.weekday else None))
    if not found.errors and not any(day.day.year == found.year for day in found.days):
        raise InvalidField("file", _("The file holds no day of the year %(year)s.", year=found.year))
    return found


def _date(text: str) -> date | None:
    with suppress(ValueError):
        year, month, day = (int(part) for part in text.split("-"))
        return date(year, month, day)
    return None


def _wrong(row: RawDay, day: date | None, year: int, known: set[int], seen: dict[date, int]) -> str:
    if day is None:
        return _("“%(text)s” is not a date; write 2027-01-31.", text=row.day[:40])
    if row.kind not in KINDS:
        return _("“%(text)s” is no kind of day; write holiday or working.", text=row.kind[:40])
    if day in seen:
        return _("The day stands in row %(line)s already.", line=seen[day])
    is_near = abs((day - date(year, 1, 1)).days) <= 31 or abs((day - date(year, 12, 31)).days) <= 31
    if day.year != year and not (is_near and day.year in known):
        return _("The file is for %(year)s; this day is not.", year=year)
    if row.weekday and (row.kind != WORKING or row.weekday not in ("1", "2", "3", "4", "5", "6", "7")):
        return _("Only a make-up working day works as a weekday, from 1 (Monday) to 7.")
    if len(row.name_zh) > 100 or len(row.name_en) > 100:
        return _("A text has at most %(number)s characters.", number=100)
    return ""


@all_or_nothing
def bring_in(actor: Actor, holiday_calendar_id: int, rows: Iterable[RawDay], year: int | None = None,
             source: str | None = None) -> Plan:
    """Write a year. Raises Forbidden, InvalidField, or BusinessError with the message of each wrong row."""
    actor.require(CALENDAR_WRITE)
    _lock(holiday_calendar_id)
    found = plan(holiday_calendar_id, rows, year)
    if found.errors:
        raise BusinessError(_("Nothing was brought in: some rows are wrong."), code="holidays.wrong_rows",
                            fields={f"row {line}": message for line, message in found.errors})
    _write_year(holiday_calendar_id, found, (source or "").strip()[:400] or None)
    session().flush()
    return found


def _lock(holiday_calendar_id: int) -> None:
    statement = select(HolidayCalendar.id).where(HolidayCalendar.id == holiday_calendar_id).with_for_update()
    if session().execute(statement).scalar() is None:
        raise NotFound


def _write_year(holiday_calendar_id: int, found: Plan, source: str | None) -> None:
    year = session().execute(select(HolidayYear).where(
        HolidayYear.holiday_calendar_id == holiday_calendar_id, HolidayYear.year == found.year)).scalar_one_or_none()
    if year is None:
        session().add(HolidayYear(holiday_calendar_id=holiday_calendar_id, year=found.year, source=source))
    elif source:
        year.source = source
    wanted = {day.day: day for day in found.days}
    present = session().execute(select(HolidayDay).where(
        days_in(holiday_calendar_id, found.year)
        | ((HolidayDay.holiday_calendar_id == holiday_calendar_id) & HolidayDay.day.in_(wanted)))).scalars()
    for row in present:
        day = wanted.pop(row.day, None)
        if day is None:
            session().delete(row)
        else:
            _put(row, day)
    for day in wanted.values():
        made = HolidayDay(holiday_calendar_id=holiday_calendar_id, day=day.day)
        _put(made, day)
        session().add(made)


def _put(row: Any, day: ReadDay) -> None:
    row.kind, row.weekday, row.name = day.kind, day.weekday, day.name


__all__ = ["Plan", "ReadDay", "bring_in", "plan"]
