"""The session: Flask-AppBuilder commits wherever it likes; here only the unit of work ends a transaction."""


from collections.abc import Sequence
from typing import Any

from flask_sqlalchemy.session import Session

from app.db import flushing, unit


class DeskSession(Session):
    """Within a unit of work `commit` only flushes, and `rollback` dooms the unit."""

    def commit(self) -> None:
        """Flush within a unit of work; refuse pending changes outside one."""
        current = unit.current()
        if current is not None and current.is_ending:
            super().commit()
        elif current is not None and current.write:
            self.flush()
        elif self.new or self.dirty or self.deleted:
            raise unit.WriteOutsideUnit

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Flush; what it sends is known to be the session's own (app.db.guard)."""
        with flushing.flushing():
            super().flush(objects)

    def rollback(self) -> None:
        """Roll back; a unit of work that was rolled back inside can no longer commit."""
        current = unit.current()
        if current is not None and not current.is_ending:
            current.is_doomed = True
        super().rollback()
