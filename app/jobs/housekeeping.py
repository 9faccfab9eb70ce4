"""What the platform tidies up by itself: rows that only tell of what is long over."""

import time
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select

from app.addon_system.models import ProcessRow
from app.db import unit_of_work
from app.jobs.models import DEAD, DONE, PARKED, RUNNING, JobRun, OutboxMessage
from app.notify.models import Notice
from app.records.presence import RecordPresence
from app.sdk import clock
from app.sdk.jobs import Again, Job, is_stopping
from app.security.models import LoginAttempt, LoginSession

BATCH = 1000
STEP_SECONDS = 3.0
# How long each is kept; a message that was given up or parked stays long enough for somebody to act on it.
KEEP_DONE = timedelta(days=7)
KEEP_GIVEN_UP = timedelta(days=180)
KEEP_RUNS = timedelta(days=30)
KEEP_SESSIONS = timedelta(days=30)
KEEP_ATTEMPTS = timedelta(days=1)
KEEP_PROCESSES = timedelta(hours=1)
KEEP_READ_NOTICES = timedelta(days=30)
KEEP_NOTICES = timedelta(days=180)
KEEP_PRESENCE = timedelta(minutes=5)


def _over() -> list[tuple[Any, ColumnElement[bool]]]:
    now = clock.now()
    return [
        (OutboxMessage.id, (OutboxMessage.state == DONE) & (OutboxMessage.finished_at < now - KEEP_DONE)),
        (OutboxMessage.id, OutboxMessage.state.in_([DEAD, PARKED])
         & (OutboxMessage.finished_at < now - KEEP_GIVEN_UP)),
        (JobRun.id, (JobRun.started_at < now - KEEP_RUNS) & (JobRun.state != RUNNING)),
        # Of an open session only the cookie decides how long it may idle; nobody idles a month.
        (LoginSession.id, or_(LoginSession.ended_at < now - KEEP_SESSIONS,
                              LoginSession.last_seen_at < now - KEEP_SESSIONS)),
        (LoginAttempt.id, LoginAttempt.at < now - KEEP_ATTEMPTS),
        (ProcessRow.id, ProcessRow.heartbeat_at < now - KEEP_PROCESSES),
        (Notice.id, (Notice.at < now - KEEP_NOTICES)
         | ((Notice.at < now - KEEP_READ_NOTICES) & Notice.read_at.is_not(None))),
        (RecordPresence.id, RecordPresence.seen_at < now - KEEP_PRESENCE),
    ]


def tidy_up(_payload: dict[str, Any]) -> None:
    """Delete what is over, in short transactions; carried on later where there is more than a few seconds' work."""
    until = time.monotonic() + STEP_SECONDS
    for column, criterion in _over():
        while _delete_batch(column, criterion) == BATCH:
            if is_stopping() or time.monotonic() > until:
                raise Again(after=timedelta(seconds=2))


def _delete_batch(column: Any, criterion: ColumnElement[bool]) -> int:
    with unit_of_work(write=True) as session:
        ids = list(session.scalars(select(column).where(criterion).limit(BATCH)))
        if ids:
            session.connection().execute(delete(column.class_).where(column.in_(ids)))
        return len(ids)


JOBS = [Job("platform.tidy_up", tidy_up, cron="17 3 * * *", timezone="Asia/Shanghai")]
