"""The journal: each action is a row with numbered steps, so that a crash half-way is settled at the next start."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.orm import Session

from app.addon_system import locks
from app.addon_system.models import AddonJournal
from app.db import db
from app.sdk import clock
from app.sdk.actor import Actor, current_context
from app.sdk.i18n import language

if TYPE_CHECKING:
    from app.addon_system.plan import Plan

# Waiting: wanted, and nothing done yet; its process starts or waits for another action to end.
WAITING, RUNNING, DONE, UNDONE, FAILED = "waiting", "running", "done", "undone", "failed"
NOT_OVER = frozenset({WAITING, RUNNING})
# What a process needs to start and take the lock.
START_TIME = timedelta(seconds=20)
_journal = AddonJournal.__table__


def open_row(session: Session, plan: "Plan") -> int:
    """Write down what is going to be done, by the present actor, and return the row's id."""
    context = current_context()
    plan.actor_id, plan.via, plan.language = context.actor.user_id, context.via, language()
    return session.connection().execute(
        insert(_journal).values(
            addon=plan.addon, action=plan.action, step=0, state=WAITING, plan=plan.as_json(),
            actor_label=context.actor.label[:200], started_at=clock.now(),
        ).returning(_journal.c.id)
    ).scalar_one()


def begin(session: Session, journal_id: int) -> None:
    """Note that an action is under way: from here a crash leaves something to settle."""
    session.connection().execute(update(_journal).where(_journal.c.id == journal_id).values(state=RUNNING))


def advance(session: Session, journal_id: int, step: int) -> None:
    """Note that a step is finished, in the step's own transaction."""
    session.connection().execute(update(_journal).where(_journal.c.id == journal_id).values(step=step))


def close(session: Session, journal_id: int, state: str, error: str | None = None) -> None:
    """Note how the action ended."""
    session.connection().execute(
        update(_journal).where(_journal.c.id == journal_id).values(state=state, error=error, ended_at=clock.now())
    )


def get(connection: Connection, journal_id: int) -> dict[str, Any] | None:
    """Return a row."""
    row = connection.execute(select(_journal).where(_journal.c.id == journal_id)).mappings().first()
    return dict(row) if row is not None else None


def is_abandoned(row: dict[str, Any]) -> bool:
    """Say whether nobody is at an action that has not ended: the process that did it is gone."""
    if row["state"] not in NOT_OVER or clock.now() - row["started_at"] < START_TIME:
        return False
    try:
        with locks.exclusive(db.engine, locks.WORK, timeout=0):
            return True
    except locks.Busy:
        return False


def unfinished(connection: Connection) -> list[dict[str, Any]]:
    """Return the rows of actions that have begun and not ended, oldest first."""
    rows = connection.execute(select(_journal).where(_journal.c.state == RUNNING).order_by(_journal.c.id)).mappings()
    return [dict(row) for row in rows]


def last_wanted(connection: Connection) -> dict[str, str]:
    """Return {addon: the last action that somebody wanted of itself}, which is not what happened along with others."""
    rows = connection.execute(select(_journal.c.addon, _journal.c.action).where(_journal.c.state == DONE)
                              .order_by(_journal.c.id))
    return {row.addon: row.action for row in rows}


def recent(connection: Connection, addon: str | None = None, limit: int = 20) -> Sequence[Any]:
    """Return the last actions, newest first."""
    statement = select(_journal).order_by(_journal.c.id.desc()).limit(limit)
    if addon is not None:
        statement = statement.where(_journal.c.addon == addon)
    return connection.execute(statement).mappings().all()


def actor_of(row: dict[str, Any]) -> Actor:
    """Return who wanted an action: the system does it, in their name."""
    return Actor(user_id=row["plan"].get("actor_id"), label=row["actor_label"], is_system=True)
