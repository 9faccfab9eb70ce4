"""Days, weeks and months of the reader: where each begins, and the same in SQL, so that a database can group by them.

PostgreSQL knows time zones. SQLite does not: there each stretch between two changes of the clock gets its own offset.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import format_date, get_timezone
from sqlalchemy import Date, String, case, cast, func, literal

from app.db import session
from app.sdk import clock
from app.sdk.i18n import language
from app.web.time_filters import today

STEPS = ("day", "week", "month")
_SQLITE = {"day": (), "week": ("weekday 0", "-6 days"), "month": ("start of month",)}
_EARLIEST, _AHEAD = datetime(1970, 1, 1, tzinfo=UTC), timedelta(days=5 * 366)
_LOOK = timedelta(days=7)
_MONTH = {"zh": "yyyy年M月", "en": "MMM yyyy"}
_DAY = {"zh": "M月d日", "en": "d MMM"}
_DAY_OF_YEAR = {"zh": "yyyy年M月d日", "en": "d MMM yyyy"}


def reader_zone() -> ZoneInfo:
    """Return the reader's time zone."""
    return ZoneInfo(str(get_timezone() or "UTC"))


def local_date(column: Any, step: str, zone: ZoneInfo) -> Any:
    """Return the SQL of the day, Monday or first of the month in which a time falls, in that zone."""
    if session().connection().dialect.name == "postgresql":
        return cast(func.date_trunc(step, func.timezone(zone.key, column)), Date)
    return func.date(column, _offset(column, zone), *_SQLITE[step], type_=String)


def step_of_day(column: Any, step: str) -> Any:
    """Return the SQL of the day itself, its Monday or the first of its month, of a column of days."""
    if session().connection().dialect.name == "postgresql":
        return cast(func.date_trunc(step, column), Date)
    return func.date(column, *_SQLITE[step], type_=String)


def as_date(value: Any) -> date | None:
    """Return what a database says of `local_date`: SQLite has no dates, only texts."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _offset(column: Any, zone: ZoneInfo) -> Any:
    changes = _changes(zone, (clock.now() + _AHEAD).year)
    first, *later = (f"{seconds:+d} seconds" for _since, seconds in changes)
    if not later:
        return literal(first)
    # The latest stretch first: that is where most rows are.
    since = [moment for moment, _seconds in changes[1:]]
    return case(*((column >= moment, offset) for moment, offset in zip(since[::-1], later[::-1], strict=True)),
                else_=first)


@lru_cache(maxsize=64)
def _changes(zone: ZoneInfo, year: int) -> list[tuple[datetime, int]]:
    # From when which offset in seconds holds, until the end of the year.
    found = [(_EARLIEST, _seconds(_EARLIEST, zone))]
    moment, end = _EARLIEST, datetime(year, 12, 31, tzinfo=UTC)
    while moment < end:
        after = moment + _LOOK
        if _seconds(after, zone) != found[-1][1]:
            minutes = range(int(_LOOK / timedelta(minutes=1)) + 1)
            start, before = moment, found[-1][1]
            place = bisect_left(minutes, True, key=lambda one: _seconds(start + timedelta(minutes=one), zone) != before)
            found.append((start + timedelta(minutes=place), _seconds(after, zone)))
        moment = after
    return found


def _seconds(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment at which a day begins in a zone."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def first_of(day: date, step: str) -> date:
    """Return the day, its Monday or the first of its month."""
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day


def moved(day: date, step: str, number: int = 1) -> date:
    """Return the first day that is so many days, weeks or months later; of a month its first."""
    if step == "month":
        months = day.year * 12 + day.month - 1 + number
        return date(months // 12, months % 12 + 1, 1)
    return day + timedelta(days=number * (7 if step == "week" else 1))


def date_text(day: date, step: str) -> str:
    """Return a day, the first day of a week or a month in words; the year where it is not this one."""
    if step == "month":
        return str(format_date(day, _MONTH[language()]))
    return str(format_date(day, (_DAY if day.year == today().year else _DAY_OF_YEAR)[language()]))
