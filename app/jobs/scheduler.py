"""Schedules: a row for each job with a cron expression, and when it is due next.

Any number of schedulers may run. Firing is one transaction that locks the row, puts the message into the outbox and
moves the row on, so no time is fired twice, and a scheduler that dies in between has fired nothing.
"""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from croniter import croniter
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.db import unit_of_work
from app.jobs.models import JobSchedule
from app.jobs.outbox import put
from app.jobs.registry import declared_jobs
from app.sdk import clock
from app.sdk.jobs import Job


def next_time(cron: str, timezone: str, after: datetime) -> datetime:
    """Return the first instant after `after` that a cron expression names on the clocks of a time zone."""
    found: datetime = croniter(cron, after.astimezone(ZoneInfo(timezone))).get_next(datetime)
    return found.astimezone(after.tzinfo)


def synchronise() -> None:
    """Make the rows those of the loaded set: an addon's schedules come and go with it."""
    jobs = [job for job in declared_jobs().values() if job.cron]
    with unit_of_work(write=True) as session:
        _add_and_change(session, jobs)
        session.execute(delete(JobSchedule).where(JobSchedule.name.not_in([job.name for job in jobs])))


def _add_and_change(session: Session, jobs: Iterable[Job]) -> None:
    known = {row.name: row for row in session.scalars(select(JobSchedule).with_for_update())}
    for job in jobs:
        row, cron = known.get(job.name), str(job.cron)
        if row is not None and (row.cron, row.timezone) == (cron, job.timezone):
            continue
        due = next_time(cron, job.timezone, clock.now())
        if row is None:
            session.add(JobSchedule(name=job.name, cron=cron, timezone=job.timezone, next_run_at=due))
        else:
            row.cron, row.timezone, row.next_run_at = cron, job.timezone, due


def fire_due() -> int:
    """Put a message for each schedule that is due and return how many. A time missed while nothing ran fires once."""
    now = clock.now()
    with unit_of_work() as session:
        if session.scalar(select(JobSchedule.name).where(JobSchedule.next_run_at <= now).limit(1)) is None:
            return 0
    fired = 0
    with unit_of_work(write=True) as session:
        due = select(JobSchedule).where(JobSchedule.next_run_at <= now).with_for_update(skip_locked=True)
        for row in session.scalars(due):
            if row.name not in declared_jobs():
                continue  # a newer set has it; its own scheduler fires it
            put(row.name, {"due_at": row.next_run_at}, dedupe_key=f"schedule:{row.name}")
            row.last_run_at, row.next_run_at = now, next_time(row.cron, row.timezone, now)
            fired += 1
    return fired
