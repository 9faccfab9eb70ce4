"""Filters of times that move with the day: evaluated when the list is opened, in the reader's zone."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_appbuilder.models.filters import BaseFilter
from flask_babel import to_user_timezone
from sqlalchemy import ColumnElement, false

from app.sdk import clock
from app.sdk.i18n import LazyString, _l
from app.web.filters import reader_moment

MAX_DAYS = 36_500
DAY = timedelta(days=1)


def _month(day: date, number: int = 0) -> date:
    # The first of the month so many months from that of a day.
    months = day.year * 12 + day.month - 1 + number
    return date(months // 12, months % 12 + 1, 1)


def _week(day: date) -> date:
    return day - DAY * day.weekday()


# From a day, and before another; the reader's today is given.
PERIODS: dict[str, tuple[LazyString, Callable[[date], tuple[date, date]]]] = {
    "today": (_l("today"), lambda day: (day, day + DAY)),
    "yesterday": (_l("yesterday"), lambda day: (day - DAY, day)),
    "this_week": (_l("this week"), lambda day: (_week(day), _week(day) + 7 * DAY)),
    "last_week": (_l("last week"), lambda day: (_week(day) - 7 * DAY, _week(day))),
    "last_7_days": (_l("the last 7 days"), lambda day: (day - 6 * DAY, day + DAY)),
    "last_30_days": (_l("the last 30 days"), lambda day: (day - 29 * DAY, day + DAY)),
    "this_month": (_l("this month"), lambda day: (_month(day), _month(day, 1))),
    "last_month": (_l("last month"), lambda day: (_month(day, -1), _month(day))),
    "tomorrow": (_l("tomorrow"), lambda day: (day + DAY, day + 2 * DAY)),
    "next_week": (_l("next week"), lambda day: (_week(day) + 7 * DAY, _week(day) + 14 * DAY)),
}


def today() -> date:
    """Return the reader's day."""
    return to_user_timezone(clock.now()).date()  # type: ignore[no-any-return]


class TimeFilter(BaseFilter):  # type: ignore[misc]
    """Base: a column of times or of days, compared with a stretch that moves."""

    def edge(self, day: date) -> datetime | date | None:
        """Return where a day of the reader begins, as the column's own kind."""
        if not self.datamodel.is_datetime(self.column_name):
            return day
        return reader_moment(datetime.combine(day, time()))

    def within(self, first: Any, end: Any) -> ColumnElement[bool]:
        """Return the rows from a moment on and before another; None leaves a side open."""
        column = getattr(self.model, self.column_name)
        found: ColumnElement[bool] = column.is_not(None)
        if first is not None:
            found &= column >= first
        return found if end is None else found & (column < end)


class PeriodFilter(TimeFilter):
    """Today, this week, last month."""

    name, arg_name = _l("is"), "period"

    def apply(self, query: Any, value: Any) -> Any:
        if str(value) not in PERIODS:
            return query.filter(false())
        first, end = PERIODS[str(value)][1](today())
        return query.filter(self.within(self.edge(first), self.edge(end)))


class DaysFilter(TimeFilter):
    """Base: so many days before or after the present moment."""

    def bounds(self, now: Any, days: timedelta) -> tuple[Any, Any]:
        """Return from when, and before when."""
        raise NotImplementedError

    def apply(self, query: Any, value: Any) -> Any:
        text = str(value).strip()
        if not (text.isascii() and text.isdecimal() and len(text) < 6 and int(text) <= MAX_DAYS):
            return query.filter(false())
        now = clock.now() if self.datamodel.is_datetime(self.column_name) else today()
        return query.filter(self.within(*self.bounds(now, timedelta(days=int(text)))))


class LastDaysFilter(DaysFilter):
    """At most so many days ago."""

    name, arg_name = _l("in the last … days"), "last_days"

    def bounds(self, now: Any, days: timedelta) -> tuple[Any, Any]:
        return now - days, now + timedelta(microseconds=1) if isinstance(now, datetime) else now + DAY


class OlderFilter(DaysFilter):
    """More than so many days ago."""

    name, arg_name = _l("more than … days ago"), "older"

    def bounds(self, now: Any, days: timedelta) -> tuple[Any, Any]:
        return None, now - days


class NextDaysFilter(DaysFilter):
    """From now on, for so many days."""

    name, arg_name = _l("in the next … days"), "next_days"

    def bounds(self, now: Any, days: timedelta) -> tuple[Any, Any]:
        return now, now + days + (timedelta() if isinstance(now, datetime) else DAY)
