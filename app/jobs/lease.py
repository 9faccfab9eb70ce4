"""The states of a message. Each change is one statement that asks for the state it leaves, so that only one can win.

    waiting -> handed (a relay has it) -> running (a worker has it) -> done
       ^         |                          |-> parked (its addon is gone), dead (tries used up)
       +---------+--------------------------+   lease over, failed, not finished yet
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import Row, Table, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from app.jobs.models import (
    DEAD,
    DONE,
    FAILED,
    HANDED,
    LOST,
    PARKED,
    RUNNING,
    WAITING,
    JobRun,
    OutboxMessage,
)
from app.sdk import clock

# A message handed over is handed over again where no worker has begun it by then.
HANDED_LEASE = timedelta(seconds=30)
# What a run may take beyond its own timeout before it counts as lost.
RUN_GRACE = timedelta(seconds=30)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=6)
_message = cast(Table, OutboxMessage.__table__)
_run = cast(Table, JobRun.__table__)


class Begun(NamedTuple):
    """A message that this worker alone runs now."""

    id: int
    name: str
    payload: dict[str, Any]
    attempt: int
    request_id: str | None
    run_id: int


def is_due(session: Session, now: datetime) -> bool:
    """Say whether there is a message to hand over: one read of an index."""
    due = exists().where(OutboxMessage.state == WAITING, OutboxMessage.available_at <= now)
    return bool(session.scalar(select(due)))


def claim(session: Session, owner: str, limit: int) -> Sequence[Row[Any]]:
    """Take messages that are due, for a while: one statement on both databases. Rows of (id, name, attempts)."""
    now = clock.now()
    due = (
        select(_message.c.id).where(_message.c.state == WAITING, _message.c.available_at <= now)
        .order_by(_message.c.available_at, _message.c.id).limit(limit).with_for_update(skip_locked=True).cte("due")
    )
    statement = (
        update(_message).where(_message.c.id.in_(select(due.c.id)))
        .values(state=HANDED, lease_until=now + HANDED_LEASE, lease_owner=owner)
        .returning(_message.c.id, _message.c.name, _message.c.attempts)
    )
    return sorted(session.connection().execute(statement).all())


def give_back(session: Session, ids: Sequence[int], owner: str) -> None:
    """Return claimed messages that could not be handed over."""
    session.connection().execute(
        update(_message).where(_message.c.id.in_(ids), _message.c.state == HANDED, _message.c.lease_owner == owner)
        .values(state=WAITING, lease_until=None, lease_owner=None))


def begin(session: Session, message_id: int, worker: str, timeouts: dict[str, int]) -> Begun | None:
    """Begin a message that was handed over, if nobody else has; park it where its job is unknown (`timeouts`)."""
    now, connection = clock.now(), session.connection()
    row = connection.execute(
        update(_message).where(_message.c.id == message_id, _message.c.state == HANDED)
        .values(state=RUNNING, attempts=_message.c.attempts + 1, dedupe_key=None)
        .returning(_message.c.name, _message.c.payload, _message.c.attempts, _message.c.request_id)
    ).one_or_none()
    if row is None:
        return None
    known = row.name in timeouts
    run_id = connection.execute(insert(_run).values(
        message_id=message_id, name=row.name, attempt=row.attempts, state=RUNNING if known else PARKED,
        worker=worker, started_at=now, ended_at=None if known else now).returning(_run.c.id)).scalar_one()
    if known:
        values = {"lease_until": now + timedelta(seconds=timeouts[row.name]) + RUN_GRACE, "lease_owner": _owner(run_id)}
    else:
        values = {"state": PARKED, "attempts": row.attempts - 1, "lease_until": None, "lease_owner": None,
                  "finished_at": now}
    connection.execute(update(_message).where(_message.c.id == message_id).values(**values))
    return Begun(message_id, row.name, row.payload, row.attempts, row.request_id, run_id) if known else None


def _owner(run_id: int) -> str:
    return f"run {run_id}"


def end(session: Session, begun: Begun, error: str | None = None, tries: int = 1) -> str | None:
    """Record how a run ended and return the message's state; None where its lease was over and it is another's now."""
    now = clock.now()
    values: dict[str, Any] = {"state": DONE, "finished_at": now, "last_error": None}
    if error is not None and begun.attempt >= tries:
        values = {"state": DEAD, "finished_at": now, "last_error": error}
    elif error is not None:
        values = {"state": WAITING, "available_at": now + pause(begun.attempt), "last_error": error}
    return _leave(session, begun, values, DONE if error is None else FAILED, error)


def carry_on(session: Session, begun: Begun, payload: dict[str, Any], after: timedelta) -> str | None:
    """Let an unfinished message go on with a new payload; its tries begin anew."""
    values = {"state": WAITING, "payload": payload, "attempts": 0, "available_at": clock.now() + after,
              "last_error": None}
    return _leave(session, begun, values, PARKED, None)


def _leave(session: Session, begun: Begun, values: dict[str, Any], run_state: str, error: str | None) -> str | None:
    connection = session.connection()
    connection.execute(update(_run).where(_run.c.id == begun.run_id, _run.c.state == RUNNING)
                       .values(state=run_state, ended_at=clock.now(), error=error))
    changed = connection.execute(
        update(_message)
        .where(_message.c.id == begun.id, _message.c.state == RUNNING, _message.c.lease_owner == _owner(begun.run_id))
        .values(lease_until=None, lease_owner=None, **values))
    return values["state"] if changed.rowcount else None


def recover(session: Session, tries: dict[str, int]) -> int:
    """Take back what leases have run out on: not begun in time, or begun by a worker that has died since."""
    now, connection = clock.now(), session.connection()
    back = connection.execute(
        update(_message).where(_message.c.state == HANDED, _message.c.lease_until < now)
        .values(state=WAITING, lease_until=None, lease_owner=None)).rowcount
    lost = connection.execute(
        select(_message.c.id, _message.c.name, _message.c.attempts)
        .where(_message.c.state == RUNNING, _message.c.lease_until < now).with_for_update(skip_locked=True)).all()
    error = "The worker ended before the job did."
    for row in lost:
        is_last = row.attempts >= tries.get(row.name, 1)
        values = ({"state": DEAD, "finished_at": now} if is_last
                  else {"state": WAITING, "available_at": now + pause(row.attempts)})
        connection.execute(update(_message).where(_message.c.id == row.id)
                           .values(lease_until=None, lease_owner=None, last_error=error, **values))
        connection.execute(update(_run).where(_run.c.message_id == row.id, _run.c.state == RUNNING)
                           .values(state=LOST, ended_at=now, error=error))
    return back + len(lost)


def unpark(session: Session, names: Sequence[str]) -> int:
    """Let parked messages run whose addon is there again."""
    return session.connection().execute(
        update(_message).where(_message.c.state == PARKED, _message.c.name.in_(names))
        .values(state=WAITING, available_at=clock.now(), finished_at=None)).rowcount


def run_again(session: Session, message_id: int) -> bool:
    """Let a message that was given up begin anew, tries and all."""
    changed = session.connection().execute(
        update(_message).where(_message.c.id == message_id, or_(_message.c.state == DEAD, _message.c.state == PARKED))
        .values(state=WAITING, attempts=0, available_at=clock.now(), finished_at=None))
    return bool(changed.rowcount)


def pause(attempt: int) -> timedelta:
    """Return how long to wait after a failed attempt: three times as long each time, and never all at once."""
    longest = min(FIRST_PAUSE * 3 ** min(attempt - 1, 12), LONGEST_PAUSE)
    return longest * random.uniform(0.9, 1.1)  # noqa: S311 - spreads the load, hides nothing
