"""The rows of a backup, into tables that were just made: in any order, and compared with what was written."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from sqlalchemy import Connection, Table, delete, exists, func, select, text
from sqlalchemy.exc import DBAPIError

from app.addon_system import row_lines
from app.addon_system.archive_rows import count_on
from app.backup import snapshot
from app.backup.format import BackupRefused, Manifest
from app.backup.unpacking import Backup
from app.db.bulk import BulkTable

_CHUNK = 500
# As JSON writes it; PostgreSQL keeps it in no text.
_ZERO_BYTE = b"\\u0000"


def load(connection: Connection, backup: Backup) -> None:
    """Write all rows of a backup in the running transaction. Raises BackupRefused where they do not fit or differ."""
    tables = _tables(connection, backup.manifest)
    with _without_references(connection):
        for table in tables:
            _write(connection, table, backup)
    for table in tables:
        _count_on(connection, table, backup.manifest)
        _compare(connection, table, backup.manifest)


def _tables(connection: Connection, manifest: Manifest) -> list[Table]:
    known = set(snapshot.table_names(connection))
    unknown = sorted(set(manifest.tables) - known)
    if unknown:
        raise BackupRefused(f"The backup holds tables that this desk does not know: {', '.join(unknown)}.")
    return row_lines.reflected(connection, manifest.tables, in_order=False)


@contextmanager
def _without_references(connection: Connection) -> Iterator[None]:
    """Let rows come before those they refer to. SQLite does in a migration; PostgreSQL checks all when it is over."""
    if connection.dialect.name != "postgresql":
        yield
        return
    found = connection.execute(text(
        "SELECT conrelid::regclass::text AS name, quote_ident(conname) AS key, pg_get_constraintdef(oid) AS said "
        "FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace")).all()
    for row in found:
        connection.execute(text(f"ALTER TABLE {row.name} DROP CONSTRAINT {row.key}"))
    yield
    for row in found:
        connection.execute(text(f"ALTER TABLE {row.name} ADD CONSTRAINT {row.key} {row.said}"))


def _write(connection: Connection, table: Table, backup: Backup) -> None:
    if connection.execute(select(exists().select_from(table))).scalar():
        connection.execute(delete(table))  # what its migration brought
    bulk = BulkTable(table, connection.dialect, [column.name for column in table.columns])
    lines = backup.lines(table.name)
    try:
        while chunk := list(islice(lines, _CHUNK)):
            if connection.dialect.name == "postgresql":
                _refuse_zero_bytes(table, chunk)
            bulk.write(connection, [bulk.ready(row_lines.decode(table, json.loads(line))) for line in chunk])
    except (DBAPIError, ValueError, TypeError) as error:
        raise BackupRefused(f"Rows of table {table.name} do not fit into it: {_reason(error)}") from error


def _refuse_zero_bytes(table: Table, chunk: list[bytes]) -> None:
    for line in chunk:
        if _ZERO_BYTE in line:
            key = json.loads(line).get("id", "")
            raise BackupRefused(f"Row {key} of table {table.name} holds a zero byte, which PostgreSQL does not keep. "
                                "Take it out on the desk that the backup is from.")


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().replace("\n", " ")[:500]


def _count_on(connection: Connection, table: Table, manifest: Manifest) -> None:
    count_on(connection, table)
    counter = manifest.next_ids.get(table.name)
    if counter and connection.dialect.name == "postgresql":
        name = connection.execute(select(func.pg_get_serial_sequence(table.name, "id"))).scalar()
        if name:
            highest = func.greatest(counter, select(func.coalesce(func.max(table.c.id), 1)).scalar_subquery())
            connection.execute(select(func.setval(name, highest)))


def _compare(connection: Connection, table: Table, manifest: Manifest) -> None:
    total = hashlib.sha256()
    for line in row_lines.lines(connection, table):
        total.update(line)
    if total.hexdigest() != manifest.tables[table.name].sha256:
        raise BackupRefused(f"Table {table.name} is not what the backup holds once it is in this database.")
