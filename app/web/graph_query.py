"""The numbers of a graph: one statement, under the row rights of whoever reads, with a bounded answer.

The largest groups are kept (of times the latest), the rest is one group. What has no value is a group of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, func, literal, select

from app.db import session
from app.web.local_dates import as_date, day_start, local_date, reader_zone
from app.web.narrowing import narrowed

LIMITS = (30, 12)


@dataclass(frozen=True, slots=True)
class Measured:
    """One row of the answer: its value in each dimension, whether that is the rest, and its numbers."""

    values: tuple[Any, ...]
    is_rest: tuple[bool, ...]
    count: int
    total: float
    filled: int


def measured(query: Any, dimensions: Sequence[Any], column: Any = None) -> list[Measured]:
    """Group a list's query by one or two dimensions; `column` is what is added up."""
    names = [f"value{number}" for number in range(len(dimensions))]
    scoped = narrowed(
        query.order_by(None), query.column_descriptions[0]["entity"],
        *(one.expression().label(name) for one, name in zip(dimensions, names, strict=True)),
        (literal(1) if column is None else column).label("measure"),
    ).cte("scoped")
    keys = [scoped.c[name] for name in names]
    counted = select(*keys, func.count().label("rows"), func.sum(scoped.c.measure).label("total"),
                     func.count(scoped.c.measure).label("filled")).group_by(*keys).cte("counted")
    weighed = select(*counted.c, *(
        func.sum(counted.c.rows).over(partition_by=counted.c[name]).label(f"weight_{name}") for name in names
    )).cte("weighed")
    ranked = select(*weighed.c, *(
        _rank(weighed, name, one.is_time).label(f"rank_{name}")
        for one, name in zip(dimensions, names, strict=True)
    )).cte("ranked")
    kept = [ranked.c[f"rank_{name}"] <= limit for name, limit in zip(names, LIMITS, strict=False)]
    shown = select(
        *(case((keep, ranked.c[name])).label(name) for keep, name in zip(kept, names, strict=True)),
        *(case((keep, 0), else_=1).label(f"rest_{name}") for keep, name in zip(kept, names, strict=True)),
        ranked.c.rows, ranked.c.total, ranked.c.filled,
    ).cte("shown")
    groups = [*(shown.c[name] for name in names), *(shown.c[f"rest_{name}"] for name in names)]
    sums = (func.sum(shown.c.rows), func.sum(shown.c.total), func.sum(shown.c.filled))
    answer = select(*groups, *sums).group_by(*groups)
    number = len(names)
    return [Measured(tuple(row[:number]), tuple(map(bool, row[number:2 * number])), int(row[-3]), float(row[-2] or 0),
                     int(row[-1])) for row in session().execute(answer)]


def _rank(weighed: Any, name: str, is_time: bool) -> Any:
    # What has no value stands apart, so that it is never in the rest: "none of these" does not find it.
    value = weighed.c[name]
    order = [value.desc()] if is_time else [weighed.c[f"weight_{name}"].desc(), value]
    return func.dense_rank().over(partition_by=case((value.is_(None), 0), else_=1), order_by=order)


def counted_by_day(column: Any, first: date, last: date) -> list[int]:
    """Return how many rows the reader sees whose time falls on each day from the first to the last, both included."""
    zone = reader_zone()
    days = select(local_date(column, "day", zone).label("day")).where(
        column >= day_start(first, zone), column < day_start(last + timedelta(days=1), zone)).cte("days")
    answer = session().execute(select(days.c.day, func.count()).group_by(days.c.day))
    found = {as_date(row[0]): int(row[1]) for row in answer}
    return [found.get(first + timedelta(days=number), 0) for number in range((last - first).days + 1)]
