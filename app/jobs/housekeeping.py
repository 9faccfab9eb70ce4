"""What the platform tidies up by itself: rows that only tell of what is long over."""

import time
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select

from app.addon_system.models import ProcessRow
from app.db import unit_of_work
from app.db.statistics import look_at_tables
from app.jobs.models import DEAD, DONE, PARKED, RUNNING, JobRun, OutboxMessage
from app.notify.models import WAITING as MAIL_WAITS
from app.notify.models import Mail, Notice, SignedLink
from app.records.answered import AnsweredRequest
from app.records.presence import RecordPresence
from app.records.settings import setting
from app.sdk import clock
from app.sdk.jobs import Again, Job, is_stopping
from app.security.models import LoginAttempt, LoginSession

BATCH = 1000
STEP_SECONDS = 3.0
# What is not worth a setting.
KEEP_ATTEMPTS = timedelta(days=30)
KEEP_PROCESSES = timedelta(hours=1)
KEEP_LINKS = timedelta(days=90)  # until then an old link says why it does not hold
KEEP_PRESENCE = timedelta(minutes=5)
LONGEST_IDLE = timedelta(days=30)


def _before(key: str) -> datetime:
    return clock.now() - timedelta(days=setting(f"jobs.{key}"))


def _over() -> list[tuple[Any, ColumnElement[bool]]]:
    now = clock.now()
    return [
        (OutboxMessage.id, (OutboxMessage.state == DONE) & (OutboxMessage.finished_at < _before("keep_done"))),
        (OutboxMessage.id, OutboxMessage.state.in_([DEAD, PARKED])
         & (OutboxMessage.finished_at < _before("keep_given_up"))),
        (JobRun.id, (JobRun.started_at < _before("keep_runs")) & (JobRun.state != RUNNING)),
        # An open session is over where nobody used it for as long as any may idle.
        (LoginSession.id, or_(LoginSession.ended_at < _before("keep_sessions"),
                              LoginSession.last_seen_at < min(_before("keep_sessions"), now - LONGEST_IDLE))),
        (LoginAttempt.id, LoginAttempt.at < now - KEEP_ATTEMPTS),
        (ProcessRow.id, ProcessRow.heartbeat_at < now - KEEP_PROCESSES),
        (Notice.id, (Notice.at < _before("keep_notices"))
         | ((Notice.at < _before("keep_read_notices")) & Notice.read_at.is_not(None))),
        (Mail.id, (Mail.created_at < _before("keep_notices")) & (Mail.state != MAIL_WAITS)),
        (SignedLink.id, SignedLink.expires_at < now - KEEP_LINKS),
        (AnsweredRequest.id, AnsweredRequest.expires_at < now),
        (RecordPresence.id, RecordPresence.seen_at < now - KEEP_PRESENCE),
    ]


def tidy_up(_payload: dict[str, Any]) -> None:
    """Delete what is over, in short transactions; carried on later where there is more than a few seconds' work."""
    until = time.monotonic() + STEP_SECONDS
    for column, criterion in _over():
        while _delete_batch(column, criterion) == BATCH:
            if is_stopping() or time.monotonic() > until:
                raise Again(after=timedelta(seconds=2))
    refresh_statistics()


def refresh_statistics() -> None:
    """Let the database's planner look at the tables."""
    with unit_of_work(write=True) as session:
        look_at_tables(session.connection())


def _delete_batch(column: Any, criterion: ColumnElement[bool]) -> int:
    with unit_of_work(write=True) as session:
        ids = list(session.scalars(select(column).where(criterion).limit(BATCH)))
        if ids:
            session.connection().execute(delete(column.class_).where(column.in_(ids)))
        return len(ids)


JOBS = [Job("platform.tidy_up", tidy_up, cron="17 3 * * *", timezone="Asia/Shanghai")]
