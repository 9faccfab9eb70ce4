"""One action on the addons at a time, whichever process and machine it comes from."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, NullPool, create_engine, text

# Held while somebody changes the set of addons.
WORK = "work"
# Held by a process that starts while it has the database prepared: the others wait instead of doing the same.
START = "start"
_KEYS = {WORK: 7_246_002, START: 7_246_003}
_PAUSE = 0.1


class Busy(RuntimeError):
    """Somebody else holds the lock."""


@contextmanager
def exclusive(engine: Engine, name: str, timeout: float | None = None) -> Iterator[None]:
    """Hold a lock for the block; it goes with the process. Raises Busy after `timeout` seconds; None waits on."""
    hold = _file_lock if engine.dialect.name == "sqlite" else _advisory_lock
    with hold(engine, name, timeout):
        yield


@contextmanager
def _advisory_lock(engine: Engine, name: str, timeout: float | None) -> Iterator[None]:
    # A connection of its own: the lock belongs to the connection and ends with it.
    own = create_engine(engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with own.connect() as connection:
        take = text("SELECT pg_try_advisory_lock(:key)")
        _until(lambda: bool(connection.execute(take, {"key": _KEYS[name]}).scalar()), timeout)
        yield


@contextmanager
def _file_lock(engine: Engine, name: str, timeout: float | None) -> Iterator[None]:
    handle = os.open(f"{engine.url.database}.{name}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        _until(lambda: _flock(handle), timeout)
        yield
    finally:
        os.close(handle)


def _flock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _until(take: Callable[[], bool], timeout: float | None) -> None:
    end = None if timeout is None else time.monotonic() + timeout
    while not take():
        if end is not None and time.monotonic() >= end:
            raise Busy
        time.sleep(_PAUSE)
