"""The unit of work: one transaction for each request, job and command, and the only place that commits.

On SQLite a writing unit takes a file lock beside the database and then BEGIN IMMEDIATE, so that a read-decide-write
step never loses an update and writers queue fairly; reads take BEGIN. On PostgreSQL rows are locked where needed.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, event

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class WriteOutsideUnit(RuntimeError):
    """Something tried to write outside a writing unit of work: a fault of the program, never of the user."""

    def __init__(self) -> None:
        super().__init__("a write outside unit_of_work(write=True)")


class Doomed(RuntimeError):
    """The unit was rolled back inside, so it cannot commit."""


@dataclass(slots=True)
class Unit:
    """The state of the running unit of work."""

    write: bool
    is_ending: bool = False
    is_doomed: bool = False
    callbacks: list[Callable[[], None]] = field(default_factory=list)
    cache: dict[Any, Any] = field(default_factory=dict)


_current: ContextVar[Unit | None] = ContextVar("unit_of_work", default=None)


def current() -> Unit | None:
    """Return the running unit of work, or None."""
    return _current.get()


def after_commit(callback: Callable[[], None]) -> None:
    """Call something once the outermost unit has committed; it is dropped when the unit rolls back."""
    unit = _current.get()
    if unit is None:
        raise WriteOutsideUnit
    unit.callbacks.append(callback)


@contextmanager
def unit_of_work(write: bool = False) -> Iterator["Session"]:
    """Run the block in one transaction: commit at its end, roll back when it raises.

    Re-entrant: an inner unit joins the outer one. Raises WriteOutsideUnit for a writing unit inside a reading one.
    """
    from app.db.base import db

    outer = _current.get()
    if outer is not None:
        if write and not outer.write:
            raise WriteOutsideUnit
        yield db.session()
        return
    session = db.session()
    session.rollback()  # a transaction begun by a stray read must not lend its old snapshot to this unit
    unit = Unit(write)
    token = _current.set(unit)
    try:
        with _write_lock(session) if write else _no_lock():
            _run_begin(session)
            try:
                yield session
                unit.is_ending = True
                if unit.is_doomed:
                    raise Doomed  # noqa: TRY301 - rolls back here as any error does
                if write:
                    unit.is_ending = False
                    session.flush()
                    unit.is_ending = True
                session.commit()
            except BaseException:
                unit.is_ending = True
                session.rollback()
                raise
    finally:
        _current.reset(token)
    for callback in unit.callbacks:
        callback()


def doom() -> None:
    """Make the running unit roll back at its end without raising into the caller (a refused request)."""
    unit = _current.get()
    if unit is not None:
        unit.is_doomed = True


def _run_begin(session: "Session") -> None:
    session.connection()


@contextmanager
def _no_lock() -> Iterator[None]:
    yield


@contextmanager
def _write_lock(session: "Session") -> Iterator[None]:
    engine = session.get_bind()
    path = engine.url.database if isinstance(engine, Engine) and engine.dialect.name == "sqlite" else None
    if not path or path == ":memory:":
        yield
        return
    handle = os.open(f"{path}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _prepare_postgresql(engine: Engine) -> None:
    # A desk has many small questions at once: to compile one, or to start further processes for it, takes longer than
    # to answer it, and takes the processor from the others. Pages are in memory or on a disk without moving parts: by
    # the costs of one that turns, reading all that an agent may see looked cheaper than looking up what was found.
    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        was, connection.autocommit = connection.autocommit, True
        connection.execute("SET jit = off")
        connection.execute("SET max_parallel_workers_per_gather = 0")
        connection.execute("SET random_page_cost = 1.1")
        connection.autocommit = was


def prepare_engine(engine: Engine) -> None:
    """Attach what each connection needs; call once an engine."""
    if engine.dialect.name == "postgresql":
        _prepare_postgresql(engine)
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        # The driver's own transactions begin late and upgrade to a write lock in the middle; ours begin here.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000",
                       "cache_size=-32000", "temp_store=MEMORY", "mmap_size=268435456"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        unit = _current.get()
        connection.exec_driver_sql("BEGIN IMMEDIATE" if unit is not None and unit.write else "BEGIN")
