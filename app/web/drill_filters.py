"""Filters behind the numbers of a graph: what a group stands for, so that its number and its list are the same.

They are offered in the filter builder as well.
"""

import re
from datetime import date, datetime, timedelta
from typing import Any

from flask_appbuilder.models.filters import BaseFilter
from sqlalchemy import false

from app.sdk.i18n import _l
from app.web.filters import typed
from app.web.ids import as_id
from app.web.local_dates import day_start, reader_zone

_DATES = re.compile(r"(\d{4}-\d\d-\d\d)?\.\.(\d{4}-\d\d-\d\d)?", re.ASCII)
DAY = timedelta(days=1)


def dates_value(first: date | None, last: date | None) -> str:
    """Return what the filter of dates reads: both days count, None leaves a side open."""
    return f"{first or ''}..{last or ''}"


def argument_of(view: Any, column: str, *operators: str) -> str | None:
    """Return the argument of a list's address for the first of these operators that the column has, None for none."""
    kinds = view._possible.get_search_filters().get(column, ())
    for wanted in operators:
        for number, kind in enumerate(kinds):
            if kind.arg_name == wanted:
                return f"_flt_{number}_{column}"
    return None


class DatesFilter(BaseFilter):  # type: ignore[misc]
    """Between two days of the reader's, both of them included."""

    name, arg_name = _l("is within"), "dates"

    def apply(self, query: Any, value: Any) -> Any:
        found = _DATES.fullmatch(str(value))
        try:
            first, last = (date.fromisoformat(text) if text else None for text in found.groups())
            column = getattr(self.model, self.column_name)
            query = query.filter(column.is_not(None))
            if first is not None:
                query = query.filter(column >= self._edge(first))
            return query if last is None else query.filter(column < self._edge(last + DAY))
        except (AttributeError, ValueError, OverflowError):
            return query.filter(false())

    def _edge(self, day: date) -> datetime | date:
        # A column of days is the same in every zone.
        return day_start(day, reader_zone()) if self.datamodel.is_datetime(self.column_name) else day


class NoneOfFilter(BaseFilter):  # type: ignore[misc]
    """None of several related records or codes, but something: the rest of a graph."""

    name, arg_name = _l("is none of"), "none_of"
    takes_all = True

    def apply(self, query: Any, value: Any) -> Any:
        given = value if isinstance(value, list) else [value]
        is_relation = self.datamodel.is_relation(self.column_name)
        name = self.datamodel.fk_name(self.column_name) if is_relation else self.column_name
        others = [as_id(one) if is_relation else typed(self.datamodel, name, one) for one in given]
        column = getattr(self.model, name)
        return query.filter(column.is_not(None), column.not_in([one for one in others if one is not None]))
