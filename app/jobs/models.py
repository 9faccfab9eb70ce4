"""Tables of the jobs: what is to be done (the truth), when it is due again, and what was done."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Json, Model, UtcDateTime

# Of a message: nobody has it; a relay handed it to RQ; a worker is at it; it is over; its addon is gone; given up.
WAITING, HANDED, RUNNING, DONE, PARKED, DEAD = "waiting", "handed", "running", "done", "parked", "dead"
# Of one run of it.
FAILED, LOST = "failed", "lost"


class OutboxMessage(Model):
    """One job to be run, written in the transaction that wants it, so that it exists if and only if that commits."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'handed', 'running', 'done', 'parked', 'dead')", "state"),
        # What the relay looks for; messages that are over, nearly all of them, are not in it.
        Index("ix_outbox_message_due", "available_at", "id", sqlite_where=text("state = 'waiting'"),
              postgresql_where=text("state = 'waiting'")),
        Index("ix_outbox_message_lease", "lease_until", sqlite_where=text("state IN ('handed', 'running')"),
              postgresql_where=text("state IN ('handed', 'running')")),
        Index("ix_outbox_message_state", "state", "finished_at"),
    )

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    payload: Mapped[Any] = mapped_column(Json)
    # A second message with the key of one that has not begun yet is that message; empty once it begins.
    dedupe_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    available_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    # Who or what asked for it: audit of what the job changes refers to it.
    actor_label: Mapped[str] = mapped_column(String(200))
    request_id: Mapped[str | None] = mapped_column(String(64))
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class JobSchedule(Model):
    """When a job of the enabled set is due next; the row comes and goes with the job's declaration."""

    __tablename__ = "job_schedule"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    cron: Mapped[str] = mapped_column(String(100))
    timezone: Mapped[str] = mapped_column(String(60))
    next_run_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    last_run_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class JobRun(Model):
    """One attempt at a message."""

    __tablename__ = "job_run"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'done', 'parked', 'failed', 'lost')", "state"),
        Index("ix_job_run_name", "name", "started_at"),
    )

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    message_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("outbox_message.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    attempt: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10))
    worker: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(Text)


__all__ = [
    "DEAD", "DONE", "FAILED", "HANDED", "LOST", "PARKED", "RUNNING", "WAITING", "JobRun", "JobSchedule",
    "OutboxMessage",
]
