"""Rows as lines of JSON, and back: the one form of archives and backups, the same whatever database the rows are in.

    {"created_at":"2026-11-03T08:00:00+00:00","id":7,"name":"打印机"}

Instants are in UTC, exact numbers and hashes are texts, names are in order. A JSON column that is empty (NULL) is left
out; one that holds JSON's null says null. Tables are read as the database has them, not as the models say.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    MetaData,
    Select,
    String,
    Table,
    Text,
    cast,
    select,
)

from app.records.search import SearchEntry, Tokens

_CHUNK = 1000


def reflected(connection: Connection, names: Iterable[str], *, in_order: bool = True) -> list[Table]:
    """Return these tables as the database has them, a referred table before those that refer to it.

    Of all tables at once there is no such order: some refer to each other.
    """
    wanted, metadata = set(names), MetaData()
    metadata.reflect(connection, only=lambda name, _metadata: name in wanted)
    for table in metadata.tables.values():
        _own_types(table)
    tables = metadata.sorted_tables if in_order else [table for _name, table in sorted(metadata.tables.items())]
    return [table for table in tables if table.name in wanted]


def _own_types(table: Table) -> None:
    # Neither text nor JSON: PostgreSQL keeps the words of search in a type of its own.
    if table.name == SearchEntry.__tablename__:
        table.c.tokens.type = Tokens()
    for column in table.columns:
        if isinstance(column.type, JSON) and column.nullable:
            column.type.none_as_null = True


def lines(connection: Connection, table: Table, criterion: ColumnElement[bool] | None = None) -> Iterator[bytes]:
    """Yield the rows of a reflected table in the order of their keys, each as one line; few of them are in memory."""
    statement = _selection(connection, table)
    if criterion is not None:
        statement = statement.where(criterion)
    documents = [column.name for column in table.columns if isinstance(column.type, JSON)]
    words = [column.name for column in table.columns if isinstance(column.type, Tokens)]
    for found in connection.execute(statement.execution_options(yield_per=_CHUNK)).mappings():
        row = dict(found)
        for name in documents:
            text = row.pop(name)
            if text is not None:
                row[name] = json.loads(text)
        for name in words:
            row[name] = " ".join(sorted(set(row[name].split())))
        yield encode(row)


def _selection(connection: Connection, table: Table) -> Select[Any]:
    columns = [cast(column, Text).label(column.name) if isinstance(column.type, JSON) else column
               for column in table.columns]
    order: list[Any] = list(table.primary_key.columns or table.columns)
    if connection.dialect.name == "postgresql":
        # SQLite compares texts byte by byte.
        order = [column.collate("C") if isinstance(column.type, String) else column for column in order]
    return select(*columns).order_by(*order)


def encode(row: Mapping[str, Any]) -> bytes:
    """Return a row as one line."""
    return json.dumps(row, default=_plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        # SQLite gives instants without a zone; they are UTC.
        return (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)


def decode(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as its table takes it."""
    found = {column.name: _value(column, row[column.name]) for column in table.columns if column.name in row}
    for column in table.columns:
        if isinstance(column.type, JSON):
            found.setdefault(column.name, None)
    return found


def _value(column: Column[Any], value: Any) -> Any:
    if isinstance(column.type, JSON):
        return JSON.NULL if value is None else value
    if value is None or isinstance(value, bool | int) or isinstance(column.type, Tokens):
        return value
    if isinstance(column.type, DateTime):
        moment = datetime.fromisoformat(value)
        # What has no zone in the database is UTC there.
        return moment if column.type.timezone else moment.replace(tzinfo=None)
    return _of_kind(column, value)


def _of_kind(column: Column[Any], value: Any) -> Any:
    try:
        kind = column.type.python_type
    except NotImplementedError:
        return value
    if kind in (date, time):
        return kind.fromisoformat(value)
    if kind is timedelta:
        return timedelta(seconds=value)
    if kind is Decimal:
        return Decimal(value)
    return bytes.fromhex(value) if kind is bytes else value
