"""Long writing in short transactions, so that the desk stays usable meanwhile.

SQLite has one writer at a time: a batch holds its lock for 30 ms at most and then leaves it alone for as long; what
comes next is made ready in that pause. PostgreSQL locks rows only, so its batches are larger and do not pause.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError

from app.db import unit
from app.sdk.errors import BusinessError

T = TypeVar("T")
HOLD = 0.030
AIM = 0.016  # below the limit, for no two batches cost the same
log = structlog.get_logger(__name__)


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
        with unit.unit_of_work(write=True):
            since = time.monotonic()
            self.write(batch)
        now = time.monotonic()
        hold = now - since
        self.holds.append(hold)
        self._free_at = now + hold
        if hold > HOLD:
            self.size = max(1, self.size // 2)
        elif len(batch) == self.size:
            self.size = max(1, min(self.largest, int(self.size * min(1.25, AIM / hold))))


def _has_one_writer() -> bool:
    from app.db.base import db

    return bool(db.engine.dialect.name == "sqlite")
