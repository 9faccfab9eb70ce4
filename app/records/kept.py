"""What a process keeps of small configured tables: read once an epoch of rights, which their change moves on.

Every request of somebody logged in reads the epoch anyway, so that it is never stale. Where there is none at hand
(visitors, jobs, commands) what was kept counts for a second. A unit of work that changed such a table reads for itself.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from flask import g, has_request_context
from sqlalchemy.orm import Session

from app.db import Change, after_commit, db, record_changes
from app.db import unit as units

V = TypeVar("V")
FRESH = 1.0  # seconds
_every: list["Kept[Any]"] = []


class Kept(Generic[V]):
    """Values by their keys, kept until one of the models changes anywhere."""

    def __init__(self, *models: type[Any], read: Callable[[Session, list[str]], Mapping[str, V]]) -> None:
        self._models, self._read = models, read
        # By database: (epoch or None, when it was begun, the values).
        self._stores: dict[str, tuple[int | None, float, dict[str, V]]] = {}
        _every.append(self)
        record_changes(self._note)

    def get(self, session: Session, keys: Iterable[str]) -> dict[str, V]:
        """Return the values of these keys; one statement for those that are not kept."""
        wanted, store = list(keys), self._store()
        missing = [key for key in wanted if key not in store]
        if missing:
            store.update(self._read(session, missing))
        return {key: store[key] for key in wanted}

    def forget(self) -> None:
        """Read anew at the next question."""
        self._stores.clear()

    def _store(self) -> dict[str, V]:
        running = units.current()
        if running is not None and self in running.cache:
            return running.cache[self]  # what this unit has written is nobody else's before it commits
        name = str(db.engine.url)
        epoch = g.get("rights_epoch") if has_request_context() else None
        kept = self._stores.get(name)
        if kept is not None and (kept[0] == epoch if epoch is not None else time.monotonic() - kept[1] < FRESH):
            return kept[2]
        # Begun without an epoch it is one of no epoch: the next request with one reads for itself.
        self._stores[name] = (epoch, time.monotonic(), {})
        return self._stores[name][2]

    def _note(self, _session: Session, changes: list[Change]) -> None:
        if any(isinstance(change.record, self._models) for change in changes):
            self.written()

    def written(self) -> None:
        """Say that the running unit of work has changed what is kept here, also where no flush tells."""
        running = units.current()
        if running is not None:
            if self not in running.cache:
                after_commit(self.forget)
            running.cache[self] = {}


def forget_all() -> None:
    """Read everything anew."""
    for one in _every:
        one.forget()
