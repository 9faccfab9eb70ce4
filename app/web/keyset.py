"""Pages by a place in the order instead of a number: page 10,000 is as fast as the first, and new rows shift nothing.

A place is the sort value and the id of the row at the edge of the page. Where a column may be empty, the empty ones
are a stretch of their own at one end: which end is the database's own habit, so that its index serves the order.
"""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Column, inspect, tuple_
from sqlalchemy.orm import Query

MAX_TOKEN = 600


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins or ends: just behind a row, or just before one where one goes backwards."""

    value: Any
    id: int
    backwards: bool = False


@dataclass(slots=True)
class Page:
    """One page: how many rows there are (10,001 means more than 10,000), its order, the places before and after."""

    count: int
    rows: list[Any]
    before: Place | None = None
    after: Place | None = None
    order: tuple[str, str] = ("", "")
    # There are more than 10,000 rows: pages have places instead of numbers.
    is_by_place: bool = False


def encode(place: Place) -> str:
    """Return a place for an address."""
    value = place.value.isoformat() if isinstance(place.value, date) else place.value
    text = json.dumps([str(value) if isinstance(value, Decimal) else value, place.id], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str, column: Column[Any], *, backwards: bool = False) -> Place | None:
    """Return the place that an address names, None where that is nonsense."""
    if not text or len(text) > MAX_TOKEN:
        return None
    try:
        value, key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if value is not None:
            value = _typed(value, getattr(column.type, "impl_instance", column.type).python_type)
    except (ValueError, TypeError, binascii.Error, InvalidOperation, RecursionError):
        return None
    return Place(value, key, backwards) if isinstance(key, int) and 0 <= key < 2**63 else None


def _typed(value: Any, kind: type[Any]) -> Any:
    # Raises ValueError or TypeError for what is not of the column's kind.
    if kind is datetime:
        found = datetime.fromisoformat(value)
        if found.tzinfo is None:
            raise ValueError(value)
        return found
    if kind is date:
        return date.fromisoformat(value)
    if kind is Decimal:
        return Decimal(value)
    if kind is str:
        if "\0" in value:
            raise ValueError(value)
        return str(value)
    if isinstance(value, bool) is not (kind is bool) or not isinstance(value, kind) or abs(value) >= 2**31:
        raise ValueError(value)
    return value


def key_beside(model: type[Any], column: Any) -> Any:
    """Return the id in the table of a column, so that one index serves both: a ticket type has two tables."""
    table = column.property.columns[0].table
    for one in inspect(model).get_property("id").columns:
        if one.table is table:
            return one
    return model.id  # type: ignore[attr-defined]


def rows_after(query: Query[Any], column: Any, key: Any, *, descending: bool, place: Place | None, limit: int,
               finish: Callable[[Query[Any]], list[Any]], dialect: str) -> list[Any]:
    """Return up to `limit` rows of an ordered query behind a place, two statements at most where rows may be empty."""
    is_nullable = bool(column.property.columns[0].nullable)
    # SQLite sorts empty values before all others, PostgreSQL behind them.
    empty_first = (dialect == "sqlite") is not descending
    stretches = ([True, False] if empty_first else [False, True]) if is_nullable else [False]
    if place is not None:
        stretches = stretches[stretches.index(place.value is None):] if (place.value is None) in stretches else [False]
    found: list[Any] = []
    for number, is_empty in enumerate(stretches):
        part = query.filter(column.is_(None) if is_empty else column.is_not(None)) if is_nullable else query
        if place is not None and number == 0:
            part = _behind(part, column, key, descending, place)
        order = (key,) if is_empty else (column, key)
        part = part.order_by(*(one.desc() if descending else one.asc() for one in order))
        found += finish(part.limit(limit - len(found)))
        if len(found) >= limit:
            break
    return found


def _behind(part: Query[Any], column: Any, key: Any, descending: bool, place: Place) -> Query[Any]:
    if place.value is None:
        return part.filter(key < place.id if descending else key > place.id)
    here, edge = tuple_(column, key), (place.value, place.id)
    # The first of the two says the same less exactly; it is what every database finds by the index.
    if descending:
        return part.filter(column <= place.value, here < edge)
    return part.filter(column >= place.value, here > edge)
