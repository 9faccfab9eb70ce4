"""Long writing in short transactions, so that the desk stays usable meanwhile.

SQLite has one writer at a time: a batch holds its lock for 30 ms at most and then leaves it alone for as long; what
comes next is made ready in that pause. PostgreSQL locks rows only, so its batches are larger and do not pause.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Generic, TypeVar

from sqlalchemy.exc import DBAPIError

from app.db import unit
from app.sdk.errors import BusinessError

T = TypeVar("T")
HOLD = 0.030
AIM, NEAR = 0.015, 0.021  # batches grow below the one and shrink above the other, for no two cost the same
CHECKPOINT_EVERY = 8


@dataclass
class Batches(Generic[T]):
    """Writes items batch by batch; `refused` hears of each item that the database or a rule refuses."""

    write: Callable[[list[T]], None]
    refused: Callable[[T, Exception], None]
    size: int = 16
    largest: int = 400
    holds: list[float] = field(default_factory=list)
    _free_at: float = 0.0

    def run(self, items: Iterable[T]) -> int:
        """Write all items; return how many were written."""
        paced, source, written = _has_one_writer(), iter(items), 0
        while batch := list(islice(source, self.size if paced else self.largest)):
            written += self._write(batch, paced)
        if paced:
            _checkpoint()
        return written

    def _write(self, batch: list[T], paced: bool) -> int:
        try:
            self._hold(batch, paced)
        except (BusinessError, DBAPIError) as error:
            if len(batch) == 1:
                self.refused(batch[0], error)
                return 0
            return sum(self._write([item], paced) for item in batch)
        return len(batch)

    def _hold(self, batch: list[T], paced: bool) -> None:
        if paced:
            time.sleep(max(0.0, self._free_at - time.monotonic()))
        with unit.unit_of_work(write=True) as session:
            if paced:
                session.connection().exec_driver_sql("PRAGMA wal_autocheckpoint=0")
            since = time.monotonic()
            self.write(batch)
        now = time.monotonic()
        hold = now - since
        self.holds.append(hold)
        if not paced:
            return
        self._free_at = now + hold
        if hold > HOLD:
            self.size = max(1, self.size // 2)
        elif hold > NEAR:
            self.size = max(1, self.size - self.size // 8)
        elif hold < AIM and len(batch) == self.size:
            self.size = min(self.largest, self.size + max(1, self.size // 4))
        if len(self.holds) % CHECKPOINT_EVERY == 0:
            _checkpoint()


def _checkpoint() -> None:
    """Copy what was written into the database file, which a commit would otherwise do while it holds the lock."""
    from app.db.base import db

    connection: Any = db.engine.raw_connection()
    try:
        connection.driver_connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        connection.driver_connection.execute("PRAGMA wal_autocheckpoint=1000")
    finally:
        connection.close()


def _has_one_writer() -> bool:
    from app.db.base import db

    return bool(db.engine.dialect.name == "sqlite")
