"""The connection that migrations run on: its own, with what each database needs to change tables safely."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text

# Migrations of one database run one after another, whoever asks.
ADVISORY_KEY = 7_246_001
LOCK_TIMEOUT = "10s"


class BrokenReferences(RuntimeError):
    """A migration left rows behind that refer to nothing; it was rolled back."""


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """Open the transaction of a migration; it commits at the end of the block, or nothing happened."""
    if engine.dialect.name == "sqlite":
        with _sqlite(engine) as connection:
            yield connection
        return
    with _own_engine(engine).begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_KEY})
        # A table that somebody holds must not make every request queue behind the migration.
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a connection that only looks."""
    with _own_engine(engine).connect() as connection:
        yield connection


def _own_engine(engine: Engine) -> Engine:
    own = create_engine(engine.url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(own, "connect", _connect_sqlite)
        event.listen(own, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return own


def _connect_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transactions would commit before each DDL statement and leave half a migration behind. Foreign
    # keys can only be switched off outside a transaction; with them on, rebuilding a table deletes what refers to it.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=OFF", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def _sqlite(engine: Engine) -> Iterator[Connection]:
    handle = os.open(f"{engine.url.database}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with _own_engine(engine).begin() as connection:
            yield connection
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise BrokenReferences(f"rows without their target: {[tuple(row) for row in broken[:5]]}")
    finally:
        os.close(handle)
