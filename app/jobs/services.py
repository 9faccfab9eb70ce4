"""What people may see of the jobs, and the one thing they may do: have a message that was given up run again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.db import session
from app.jobs import lease
from app.jobs.models import DEAD, DONE, HANDED, PARKED, RUNNING, WAITING, JobRun, JobSchedule, OutboxMessage
from app.jobs.permissions import JOB_READ, JOB_WRITE
from app.jobs.registry import declared_jobs
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, NotFound
from app.sdk.i18n import _

RECENT = 50
STATES = (WAITING, HANDED, RUNNING, DONE, PARKED, DEAD)


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the page of jobs shows."""

    schedules: Sequence[JobSchedule]
    counts: dict[str, int]
    oldest_waiting_at: datetime | None
    troubled: Sequence[OutboxMessage]
    runs: Sequence[Any]


class JobService:
    """Reads, and runs again. Flushes; the caller commits."""

    def overview(self, actor: Actor) -> Overview:
        """Return schedules, how many messages are in which state, those that need somebody, and the latest runs."""
        actor.require(JOB_READ)
        unit, message = session(), OutboxMessage
        counted = {row[0]: row[1] for row in unit.execute(
            select(message.state, func.count()).group_by(message.state))}
        troubled = select(message).where(message.state.in_([DEAD, PARKED])).order_by(message.id.desc()).limit(RECENT)
        runs = select(JobRun.id, JobRun.name, JobRun.state, JobRun.attempt, JobRun.started_at, JobRun.ended_at)
        return Overview(
            # Those of an addon that is off rest, also before a scheduler has taken their rows away.
            schedules=[row for row in unit.scalars(select(JobSchedule).order_by(JobSchedule.next_run_at))
                       if row.name in declared_jobs()],
            counts={state: counted.get(state, 0) for state in STATES},
            oldest_waiting_at=unit.scalar(select(func.min(message.available_at)).where(message.state == WAITING)),
            troubled=unit.scalars(troubled).all(),
            runs=unit.execute(runs.order_by(JobRun.id.desc()).limit(RECENT)).all(),
        )

    def run_again(self, actor: Actor, message_id: int) -> None:
        """Let a message that was given up begin anew. Raises NotFound, Conflict."""
        actor.require(JOB_WRITE)
        if session().get(OutboxMessage, message_id) is None:
            raise NotFound
        if not lease.run_again(session(), message_id):
            raise Conflict(_("This job waits or runs already."))


job_service = JobService()
