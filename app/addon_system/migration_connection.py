"""The connection that migrations run on: its own, with what each database needs to change tables safely."""

import fcntl
import os
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text
from sqlalchemy.exc import DBAPIError

# Migrations of one database run one after another, whoever asks.
ADVISORY_KEY = 7_246_001
# Shorter than the second after which PostgreSQL looks for deadlocks: dropping a table locks the tables that it refers
# to as well, one after another, and people who hold one of them and want the next must never be the ones to fail.
LOCK_TIMEOUT = "400ms"
PATIENCE = 120.0
_BUSY = {"55P03", "40P01"}  # lock_not_available, deadlock_detected
_DROPPED_TRIGGER = re.compile(r'DROP\s+TRIGGER\s+(?:IF\s+EXISTS\s+)?"?(\w+)"?', re.IGNORECASE)
_joined: ContextVar[Connection | None] = ContextVar("joined_migration", default=None)
P = ParamSpec("P")
T = TypeVar("T")


class BrokenReferences(RuntimeError):
    """A migration left rows behind that refer to nothing; it was rolled back."""


class LostTriggers(RuntimeError):
    """A migration rebuilt a table and its triggers went with it; it was rolled back."""


def patient(change: Callable[P, T]) -> Callable[P, T]:
    """Let a change of tables, one transaction, give way to people at work: it is tried again until it has its locks."""

    @wraps(change)
    def tried(*args: P.args, **kwargs: P.kwargs) -> T:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return change(*args, **kwargs)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _BUSY or time.monotonic() > end:
                    raise
            time.sleep(random.uniform(0.05, 0.3))  # noqa: S311 - so that two do not meet again

    return tried


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """Open the transaction of a migration; it commits at the end of the block, or nothing happened."""
    outer = _joined.get()
    if outer is not None:
        yield outer
        return
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
def in_one(engine: Engine) -> Iterator[Connection]:
    """Make one transaction of all migrations within the block: they are all done, with what else it did, or none is."""
    with migrating(engine) as connection:
        token = _joined.set(connection)
        try:
            yield connection
        finally:
            _joined.reset(token)


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
        with _own_engine(engine).begin() as connection, _keeping_triggers(connection):
            yield connection
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise BrokenReferences(f"rows without their target: {[tuple(row) for row in broken[:5]]}")
    finally:
        os.close(handle)


@contextmanager
def _keeping_triggers(connection: Connection) -> Iterator[None]:
    """Refuse what would leave audit open to change: SQLite rebuilds a table to alter it, and forgets its triggers."""
    meant: set[str] = set()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        meant.update(found[1] for found in _DROPPED_TRIGGER.finditer(statement))

    before = _triggers(connection)
    event.listen(connection, "before_cursor_execute", note)
    yield
    event.remove(connection, "before_cursor_execute", note)
    tables = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())
    lost = {name: table for name, table in before.items()
            if table in tables and name not in meant and name not in _triggers(connection)}
    if lost:
        told = ", ".join(f"{name} of {table}" for name, table in sorted(lost.items()))
        raise LostTriggers(f"a table was rebuilt without its triggers, which the migration makes again: {told}")


def _triggers(connection: Connection) -> dict[str, str]:
    rows = connection.exec_driver_sql("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
    return {row[0]: row[1] for row in rows}
