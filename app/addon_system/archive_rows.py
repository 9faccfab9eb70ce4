"""Rows of an archive: back into tables that may have lost what they referred to."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from app.addon_system import row_lines
from app.db import Model

_CHUNK = 300


def platform_tables() -> list[Table]:
    """Return the tables that refer to any record by its type and id: audit, timeline, intervals, links, files."""
    return [table for table in Model.metadata.sorted_tables if _type_columns(table)]


def _type_columns(table: Table) -> list[Column[Any]]:
    pairs = (("record_type", "record_id"), ("source_type", "source_id"), ("target_type", "target_id"))
    return [table.c[kind] for kind, key in pairs if kind in table.c and key in table.c]


def about(table: Table, types: list[str]) -> ColumnElement[bool]:
    """Return the criterion of the rows that are about records of these types."""
    return or_(*(column.in_(types) for column in _type_columns(table)))


def bring_back(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> int:
    """Insert the rows that are missing and return how many those are.

    What a row referred to may be gone: an optional reference is left empty, a row that cannot be without it stays out.
    """
    later: list[dict[str, Any]] = []
    written = 0
    for chunk in _chunks(rows):
        ready = _whole(connection, table, _missing(connection, table, chunk))
        ready = [_without_itself(table, row, later) for row in ready]
        if ready:
            connection.execute(insert(table), ready)
            written += len(ready)
    _point_to_itself(connection, table, later)
    count_on(connection, table)
    return written


def _chunks(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    source = iter(rows)
    while chunk := list(islice(source, _CHUNK)):
        yield chunk


def _missing(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    decoded = [row_lines.decode(table, row) for row in rows]
    keys = list(table.primary_key.columns)
    criterion = or_(*(and_(*(key == row[key.name] for key in keys)) for row in decoded))
    if len(keys) == 1:
        criterion = keys[0].in_([row[keys[0].name] for row in decoded])
    present = {tuple(row) for row in connection.execute(select(*keys).where(criterion))}
    return [row for row in decoded if tuple(row[key.name] for key in keys) not in present]


def _references(table: Table, *, to_itself: bool) -> list[tuple[Column[Any], Column[Any]]]:
    return [(constraint.elements[0].parent, constraint.elements[0].column)
            for constraint in table.foreign_key_constraints
            if len(constraint.elements) == 1 and (constraint.referred_table is table) is to_itself]


def _whole(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for column, target in _references(table, to_itself=False):
        used = {row[column.name] for row in rows if row.get(column.name) is not None}
        if not used:
            continue
        there = set(connection.execute(select(target).where(target.in_(used))).scalars())
        for row in rows:
            if row.get(column.name) is not None and row[column.name] not in there:
                row[column.name] = None
        if not column.nullable:
            rows = [row for row in rows if row[column.name] is not None]
    return rows


def _without_itself(table: Table, row: dict[str, Any], later: list[dict[str, Any]]) -> dict[str, Any]:
    # A row may refer to one that comes after it.
    for column, _target in _references(table, to_itself=True):
        if row.get(column.name) is not None and column.nullable:
            later.append({"column": column.name, "key": row["id"], "value": row[column.name]})
            row = {**row, column.name: None}
    return row


def _point_to_itself(connection: Connection, table: Table, later: list[dict[str, Any]]) -> None:
    for name in {item["column"] for item in later}:
        statement = update(table).where(table.c.id == bindparam("key")).values({name: bindparam("value")})
        there = set(connection.execute(select(table.c.id)).scalars())
        connection.execute(statement, [item for item in later if item["column"] == name and item["value"] in there])


def count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL's identity go on after the highest id."""
    if connection.dialect.name != "postgresql" or "id" not in table.c:
        return
    sequence = connection.execute(select(func.pg_get_serial_sequence(table.name, "id"))).scalar()
    if sequence:
        highest = connection.execute(select(func.max(table.c.id))).scalar()
        if highest:
            last = connection.execute(text(f"SELECT last_value FROM {sequence}")).scalar_one()  # noqa: S608 - its name
            connection.execute(select(func.setval(sequence, max(highest, last))))
