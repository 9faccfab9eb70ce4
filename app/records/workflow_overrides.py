"""What an administrator changed in a life cycle: a state's name and colour, whether it is offered, and added states.

The category of a state (open, paused, resolved, closed) stays as declared, and an added state has that of its base, so
that reports and clocks never break.
"""

from typing import Any

from sqlalchemy import Boolean, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Change, Configured, Label, Model, db, record_changes
from app.db import unit as units
from app.sdk import workflow

_KEY = "workflow_overrides"


class WorkflowOverride(Configured, Model):
    """One state of one life cycle, as the administrator wants it."""

    __tablename__ = "workflow_override"
    __table_args__ = (UniqueConstraint("workflow", "state", "kind", name="uq_workflow_override"),)

    workflow: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(40))
    # Empty for every kind of record.
    kind: Mapped[str] = mapped_column(String(40), default="")
    # The declared state that an added one stands for; empty where the state is a declared one.
    base: Mapped[str | None] = mapped_column(String(40))
    label: Mapped[dict[str, str] | None] = mapped_column(Label)
    colour: Mapped[str | None] = mapped_column(String(20))
    is_hidden: Mapped[bool] = mapped_column(Boolean, default=False)

    def __str__(self) -> str:
        return f"{self.workflow}: {self.state}"


def overrides(session: Session, name: str) -> dict[tuple[str, str], Any]:
    """Return {(state, kind): its row}; one statement, kept for the running unit of work."""
    running = units.current()
    kept = None if running is None else running.cache.get(_KEY)
    if kept is None:
        table = WorkflowOverride.__table__
        kept = {}
        for row in session.connection().execute(select(table).order_by(table.c.id)):
            kept.setdefault(row.workflow, {})[row.state, row.kind] = row
        if running is not None:
            running.cache[_KEY] = kept
    return kept.get(name, {})  # type: ignore[no-any-return]


def _of(name: str) -> dict[tuple[str, str], Any]:
    # Outside a unit of work, as while loading, a life cycle is what its table says.
    return overrides(db.session(), name) if units.current() is not None else {}


def _forget(_session: Session, changes: list[Change]) -> None:
    running = units.current()
    if running is not None and any(isinstance(change.record, WorkflowOverride) for change in changes):
        running.cache.pop(_KEY, None)


record_changes(_forget)
workflow.overrides = _of
