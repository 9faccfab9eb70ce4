"""Many rows at once: made ready for the driver outside the write lock, and written by it in one call.

The ORM and its recorders are not run, so only a service that writes audit itself may use this (app.records.history).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.exc import DBAPIError

from app.db.base import UtcDateTime

Ready = tuple[Any, ...]


class BulkTable:
    """Some columns of one table, the late ones first: ids and numbers that are known only under the lock."""

    def __init__(self, table: Table, dialect: Dialect, columns: Iterable[str], late: Sequence[str] = ()) -> None:
        self.table, self.late = table, tuple(late)
        self.columns = [name for name in columns if name not in self.late]
        self._pairs = [(name, _binder(table.c[name].type, dialect)) for name in self.columns]
        quote = dialect.identifier_preparer.quote
        names = ", ".join(quote(name) for name in (*self.late, *self.columns))
        self._copy = f"COPY {quote(table.name)} ({names}) FROM STDIN"
        marks = ", ".join(["?"] * (len(self.late) + len(self.columns)))
        self._insert = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own tables
        self._has_copy = dialect.driver == "psycopg"

    def ready(self, row: Mapping[str, Any]) -> Ready:
        """Return a row as the driver takes it, without its late columns."""
        get = row.get
        return tuple([get(name) if bind is None else bind(get(name)) for name, bind in self._pairs])

    def write(self, connection: Connection, rows: list[Ready]) -> None:
        """Insert rows, each with its late columns in front."""
        if not rows:
            return
        if not self._has_copy:
            connection.exec_driver_sql(self._insert, rows)
            return
        dialect = connection.dialect
        driver_error = dialect.loaded_dbapi.Error
        try:
            driver: Any = connection.connection
            with driver.cursor() as cursor, cursor.copy(self._copy) as copy:
                for row in rows:
                    copy.write_row(row)
        except driver_error as error:  # COPY goes past SQLAlchemy, which would have turned it into its own
            raise DBAPIError.instance(self._copy, None, error, driver_error, dialect=dialect) from error


def _binder(kind: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    bind: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    # One instant stands in many rows of a record.
    return lru_cache(maxsize=4096)(bind) if bind is not None and isinstance(kind, UtcDateTime) else bind
