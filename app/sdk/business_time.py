"""Working time between instants, by a service calendar. Pure: no database, no request, no clock.

An instant is open when the clock on the wall shows a time within the hours of its day (app.sdk.calendars). So an hour
that daylight saving repeats counts twice, one that it leaves out does not count, and everything is reckoned on
instants. Instants are aware datetimes; results are in UTC and say what they rest on that is not known.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from app.sdk.calendars import Calendar, Hours, Reason, Worked, day_of

# As far as one looks for an opening, and as long as a stretch may be.
HORIZON = timedelta(days=366 * 11)
LONGEST = timedelta(days=366 * 60)
_MICRO = timedelta(microseconds=1)
_SECOND = 1_000_000
_STEP = 45 * 86_400 * _SECOND
_KEPT = 30_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class OutOfReach(ValueError):
    """The calendar is not open for as long as asked within eleven years, or the instants lie too far apart."""


@dataclass(frozen=True, slots=True)
class Doubts:
    """What an answer could not know: years without published holidays, and days for which no week is valid."""

    unknown_years: tuple[int, ...] = ()
    is_uncovered: bool = False

    def __bool__(self) -> bool:
        return bool(self.unknown_years or self.is_uncovered)


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Working time, negative where the second instant is the earlier one."""

    time: timedelta
    doubts: Doubts


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, or None where there is none."""

    at: datetime | None
    doubts: Doubts


class Interval(NamedTuple):
    """Open from an instant to an instant, the latter not included."""

    start: datetime
    end: datetime


def intervals(calendar: Calendar, start: datetime, end: datetime) -> list[Interval]:
    """Return when the calendar is open between two instants, in order, none touching another.

    Raises OutOfReach where they lie more than sixty years apart or outside of 1900 to 2200.
    """
    low, high = _span(start, end)
    return [Interval(_instant(one), _instant(other)) for one, other in _open(calendar, low, high)]


def working_time(calendar: Calendar, start: datetime, end: datetime) -> WorkingTime:
    """Return the working time between two instants. Raises OutOfReach as `intervals` does."""
    if end < start:
        back = working_time(calendar, end, start)
        return WorkingTime(-back.time, back.doubts)
    low, high = _span(start, end)
    total = sum(other - one for one, other in _open(calendar, low, high))
    return WorkingTime(total * _MICRO, doubts(calendar, start, end))


def add_working_time(calendar: Calendar, start: datetime, duration: timedelta) -> Moment:
    """Return the first instant by which that much working time has passed since `start`.

    What ends with the day ends at closing, not at the next opening; no time at all ends at `start`. Raises ValueError
    for a negative duration, and OutOfReach where the calendar is not open for as long within eleven years.
    """
    if duration < timedelta(0):
        raise ValueError("a negative working time")
    left = duration // _MICRO
    if left == 0:
        return Moment(start.astimezone(UTC), doubts(calendar, start, start))
    for one, other in _stretches(calendar, start):
        if other - one >= left:
            at = _instant(one + left)
            return Moment(at, doubts(calendar, start, at))
        left -= other - one
    raise OutOfReach


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Say whether the calendar is open at an instant."""
    micro = _micros(at)
    return bool(_open(calendar, micro, micro + 1))


def next_opening(calendar: Calendar, at: datetime) -> Moment:
    """Return the instant itself where the calendar is open, else when it opens; none within eleven years: None."""
    one = next((one for one, _other in _stretches(calendar, at)), None)
    found = None if one is None else _instant(one)
    return Moment(found, doubts(calendar, at, found or at))


def next_closing(calendar: Calendar, at: datetime) -> Moment:
    """Return when the calendar closes next; one that never opens, or never closes, within eleven years: None."""
    closing: int | None = None
    limit = _limit(at)
    for one, other in _stretches(calendar, at):
        if closing is not None and one > closing:
            break
        closing = other
    found = None if closing is None or closing >= limit else _instant(closing)
    return Moment(found, doubts(calendar, at, found or at))


def doubts(calendar: Calendar, start: datetime, end: datetime) -> Doubts:
    """Return what is not known of the days from one instant to another, both included."""
    first, last = start.astimezone(calendar.zone).date(), end.astimezone(calendar.zone).date()
    unknown: set[int] = set()
    is_uncovered = False
    day = first
    while day <= last:
        said = _of_day(calendar, day)
        is_uncovered = is_uncovered or said.is_uncovered
        if not said.is_known:
            unknown.add(day.year)
        day += timedelta(days=1)
    return Doubts(tuple(sorted(unknown)), is_uncovered)


def _stretches(calendar: Calendar, start: datetime) -> Iterator[tuple[int, int]]:
    # Open stretches from an instant on, a month and a half at a time: most answers lie within the first.
    low, limit = _micros(start), _limit(start)
    while low < limit:
        high = min(low + _STEP, limit)
        yield from _open(calendar, low, high)
        low = high


def _open(calendar: Calendar, low: int, high: int) -> list[tuple[int, int]]:
    """Return the open stretches from one instant to another, merged and cut to them."""
    if high <= low:
        return []
    # Hours reach into the next day, and where a zone crosses midnight backwards a day comes twice.
    day = _instant(low).astimezone(calendar.zone).date() - timedelta(days=2)
    last = _instant(high).astimezone(calendar.zone).date() + timedelta(days=1)
    found: list[tuple[int, int]] = []
    while day <= last:
        found += _of_day(calendar, day).parts
        day += timedelta(days=1)
    found.sort()
    merged: list[tuple[int, int]] = []
    for one, other in found:
        start, end = max(one, low), min(other, high)
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        elif start < end:
            merged.append((start, end))
    return merged


def _of_day(calendar: Calendar, day: date) -> Worked:
    kept = calendar.worked_out.get(day)
    if kept is None:
        if len(calendar.worked_out) > _KEPT:
            calendar.worked_out.clear()
        said = day_of(calendar, day)
        parts = tuple((one * _SECOND, other * _SECOND) for hours in said.hours
                      for one, other in _parts(calendar, day, hours))
        kept = Worked(parts, said.is_known, said.reason is Reason.UNCOVERED)
        calendar.worked_out[day] = kept
    return kept


def _parts(calendar: Calendar, day: date, hours: Hours) -> list[tuple[int, int]]:
    # Wall clock to instants: one stretch on most days, up to two where the zone's offset changes within.
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - what the wall says
    start, end = midnight + timedelta(minutes=hours.start), midnight + timedelta(minutes=hours.end)
    walls = [moment.replace(tzinfo=calendar.zone, fold=fold) for moment in (start, end) for fold in (0, 1)]
    low, high = (int(of(moment.timestamp() for moment in walls)) for of in (min, max))
    before, after = _offset(calendar, low), _offset(calendar, high)
    opens, closes = ((moment.replace(tzinfo=UTC) - _EPOCH) // timedelta(seconds=1) for moment in (start, end))
    if before == after:
        return [(opens - before, closes - before)]
    change = _change(calendar, low, high)
    parts = [(opens - before, min(closes - before, change)), (max(opens - after, change), closes - after)]
    return [(one, other) for one, other in parts if one < other]


def _change(calendar: Calendar, low: int, high: int) -> int:
    """Return the second at which the zone's offset changes between two instants."""
    before = _offset(calendar, low)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(calendar, middle) == before:
            low = middle
        else:
            high = middle
    return high


def _offset(calendar: Calendar, second: int) -> int:
    offset = (_EPOCH + timedelta(seconds=second)).astimezone(calendar.zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _span(start: datetime, end: datetime) -> tuple[int, int]:
    low, high = _micros(start), _micros(end)
    if high - low > LONGEST // _MICRO:
        raise OutOfReach
    return low, high


def _limit(start: datetime) -> int:
    return min(_micros(start) + HORIZON // _MICRO, (_LAST - _EPOCH) // _MICRO)


def _micros(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise ValueError("a time without a time zone")
    if not _FIRST <= moment <= _LAST:
        raise OutOfReach
    return (moment - _EPOCH) // _MICRO


def _instant(micros: int) -> datetime:
    return _EPOCH + micros * _MICRO
