"""What a service calendar says of each day, as plain values: no database, no request, no clock.

    week (Mon 09:00-12:00, 13:00-18:00 …)      by validity; a weekday without hours of its own is the base's
      ^ holiday list (closed; make-up day 调休)  where the list knows the year; else the day is in doubt
      ^ days of the base calendar, then own days (closed, other hours, works as a given weekday)

The upper line wins. Hours belong to the day on which they begin: a night shift that began on a working day goes on
into a holiday. What is not known is never guessed: the week holds, and the answer says in which years it does so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

MINUTES_A_DAY = 24 * 60
MONDAY = 0


class Hours(NamedTuple):
    """Open from `start` to `end`, in minutes since the local midnight of a day; past 1,440 is the next day."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Week:
    """The hours of weekdays (0 is Monday), valid from a day to a day, both included.

    A weekday that is not named has the hours of the base calendar; one with no hours is closed.
    """

    hours: Mapping[int, tuple[Hours, ...]]
    valid_from: date | None = None
    valid_to: date | None = None

    def covers(self, day: date) -> bool:
        """Say whether the week is valid on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that differs from its weekday: `hours` of its own (none: closed), or works as `weekday` does.

    With neither, it is a make-up day that works as the calendar's usual make-up weekday.
    """

    hours: tuple[Hours, ...] | None = None
    weekday: int | None = None
    name: Mapping[str, str] | None = None


CLOSED = SpecialDay(hours=())


@dataclass(frozen=True, slots=True)
class HolidayList:
    """Official holidays and make-up working days, and the years for which they have been published."""

    days: Mapping[date, SpecialDay]
    years: frozenset[int]


@dataclass(frozen=True, slots=True)
class Calendar:
    """When work is done. Equal by identity; it keeps what it has worked out."""

    zone: ZoneInfo
    weeks: tuple[Week, ...] = ()
    days: Mapping[date, SpecialDay] = field(default_factory=dict)
    holidays: HolidayList | None = None
    base: "Calendar | None" = None
    # Which weekday's hours a make-up day has; None asks the base, and Monday in the end.
    makeup_weekday: int | None = None
    # Goes by no list of holidays, not even by that of its base.
    ignores_holidays: bool = False
    # What app.sdk.business_time has worked out.
    worked_out: dict[date, "Worked"] = field(default_factory=dict, compare=False, repr=False)

    def __hash__(self) -> int:
        return id(self)


class Worked(NamedTuple):
    """A day as instants, in microseconds since 1970, and what is not known of it."""

    parts: tuple[tuple[int, int], ...]
    is_known: bool
    is_uncovered: bool


class Reason(StrEnum):
    """Why a day has its hours."""

    WEEK = "week"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"
    SPECIAL = "special"
    UNCOVERED = "uncovered"


@dataclass(frozen=True, slots=True)
class Day:
    """What a calendar says of a day. Not known: its holidays of that year have not been published."""

    hours: tuple[Hours, ...]
    reason: Reason
    name: Mapping[str, str] | None = None
    is_known: bool = True


def day_of(calendar: Calendar, day: date) -> Day:
    """Return what a calendar says of a day."""
    for one in _line(calendar):
        own = one.days.get(day)
        if own is not None:
            hours = _special(calendar, day, own)
            return Day(hours, Reason.SPECIAL, own.name)
    listed = holidays_of(calendar)
    if listed is None:
        return _plain(calendar, day, is_known=True)
    official = listed.days.get(day) if day.year in listed.years else None
    if official is None:
        return _plain(calendar, day, is_known=day.year in listed.years)
    hours = _special(calendar, day, official)
    return Day(hours, Reason.HOLIDAY if official.hours == () else Reason.MAKE_UP, official.name)


def holidays_of(calendar: Calendar) -> HolidayList | None:
    """Return the list of holidays that a calendar goes by: its own, else that of its base; None for no list."""
    for one in _line(calendar):
        if one.ignores_holidays or one.holidays is not None:
            return None if one.ignores_holidays else one.holidays
    return None


def _line(calendar: Calendar) -> list[Calendar]:
    # The calendar, its base, the base of that. A loop, which the services refuse, ends here instead of never.
    found: list[Calendar] = []
    present: Calendar | None = calendar
    while present is not None and all(present is not one for one in found):
        found.append(present)
        present = present.base
    return found


def _plain(calendar: Calendar, day: date, *, is_known: bool) -> Day:
    hours = _weekday(calendar, day, day.weekday())
    if hours is None:
        return Day((), Reason.UNCOVERED, is_known=is_known)
    return Day(hours, Reason.WEEK, is_known=is_known)


def _special(calendar: Calendar, day: date, special: SpecialDay) -> tuple[Hours, ...]:
    if special.hours is not None:
        return special.hours
    usual = next((one.makeup_weekday for one in _line(calendar) if one.makeup_weekday is not None), MONDAY)
    return _weekday(calendar, day, usual if special.weekday is None else special.weekday) or ()


def _weekday(calendar: Calendar, day: date, weekday: int) -> tuple[Hours, ...] | None:
    """Return the hours that a weekday has under the week that is valid on a day; None: no week is."""
    for one in _line(calendar):
        week = next((week for week in one.weeks if week.covers(day)), None)
        if week is not None and weekday in week.hours:
            return week.hours[weekday]
    return None


def usual_week(hours: str, weekdays: range = range(5)) -> Week:
    """Return a week of the same hours on some weekdays, e.g. "09:00-12:00 13:00-18:00", closed on the others."""
    return Week({day: parse_hours(hours) if day in weekdays else () for day in range(7)})


def parse_hours(text: str) -> tuple[Hours, ...]:
    """Return the hours written as "09:00-12:00 13:00-18:00". An end at or before its start is on the next day.

    Raises ValueError for anything else and for hours that overlap.
    """
    found = []
    for part in text.replace(",", " ").split():
        start, _, end = part.partition("-")
        begin, finish = _minute(start), _minute(end)
        if begin >= MINUTES_A_DAY:
            raise ValueError(text)
        found.append(Hours(begin, finish if finish > begin else finish + MINUTES_A_DAY))
    found.sort()
    if any(before.end > after.start for before, after in pairwise(found)):
        raise ValueError(text)
    return tuple(found)


def _minute(text: str) -> int:
    hour, colon, minute = text.strip().partition(":")
    if not colon or not (hour.isdecimal() and minute.isdecimal()) or len(minute) != 2:
        raise ValueError(text)
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > MINUTES_A_DAY:
        raise ValueError(text)
    return total


def hours_text(hours: tuple[Hours, ...]) -> str:
    """Return hours as people write them, with the clock's time of the next day where they pass midnight."""
    return " ".join(f"{clock_text(one.start)}-{clock_text(one.end)}" for one in hours)


def clock_text(minute: int) -> str:
    """Return a minute of the day as 09:00; 24:00 is the end of the day."""
    past = minute - MINUTES_A_DAY if minute > MINUTES_A_DAY else minute
    return f"{past // 60:02}:{past % 60:02}"
