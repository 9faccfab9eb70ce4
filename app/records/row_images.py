"""Rows as they were: read whole before and after something, compared, and put back."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Column, Table, insert, select, update
from sqlalchemy.orm import Session

from app.db import Label, Model, plain
from app.records.moving import primary_key

# What only says that something else changed.
TECHNICAL = frozenset({"version", "updated_at", "updated_by_id"})
Image = dict[str, dict[int, dict[str, Any]]]


def taken(session: Session, wanted: Mapping[str, Iterable[int]]) -> Image:
    """Return {table: {id: row}} of these rows, with values as JSON holds them."""
    found: Image = {}
    for name, ids in wanted.items():
        table = Model.metadata.tables[name]
        key = primary_key(table)
        rows = session.connection().execute(select(table).where(key.in_(set(ids)))).mappings()
        found[name] = {row[key.name]: {column: plain(value) for column, value in row.items()} for row in rows}
    return found


def differences(before: Image, after: Image) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the changed rows, {table, id, before, after} each, and the new ones, {table, id}."""
    changed, made = [], []
    for name, rows in after.items():
        for key, row in rows.items():
            old = before.get(name, {}).get(key)
            if old is None:
                made.append({"table": name, "id": key})
                continue
            other = [column for column in row if column not in TECHNICAL and row[column] != old.get(column)]
            if other:
                changed.append({"table": name, "id": key, "before": {column: old.get(column) for column in other},
                                "after": {column: row[column] for column in other}})
    return changed, made


def put_back(session: Session, table: Table, row: Mapping[str, Any]) -> None:
    """Insert a row that went, as it was."""
    values = {table.c[name]: thawed(table.c[name], value) for name, value in row.items() if name in table.c}
    session.connection().execute(insert(table).values(values))


def write(session: Session, table: Table, row_id: int, values: Mapping[str, Any]) -> None:
    """Give a row these values, and let whoever has it open notice."""
    changed: dict[Any, Any] = {table.c[name]: thawed(table.c[name], value) for name, value in values.items()}
    if "version" in table.c:
        changed[table.c.version] = table.c.version + 1
    session.connection().execute(update(table).where(primary_key(table) == row_id).values(changed))


def thawed(column: Column[Any], value: Any) -> Any:
    """Return a value as its column takes it."""
    if value is None or isinstance(column.type, JSON | Label):
        return value
    try:
        kind = column.type.python_type
    except NotImplementedError:
        return value
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if kind is date:
        return date.fromisoformat(value)
    return Decimal(value) if kind is Decimal else value
