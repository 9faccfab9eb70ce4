"""Figures that the database and the disk tell: for the page of the desk's state and for metrics alike."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, func, select, text

from app.addon_system import generation
from app.addon_system.models import ProcessRow
from app.backup import store
from app.jobs.models import DEAD, HANDED, RUNNING, WAITING, JobSchedule, OutboxMessage
from app.jobs.registry import declared_jobs
from app.sdk import clock
from app.security.models import LoginAttempt

# Jobs of addons that are off: one line, however many there are.
OTHER = "other"
RECENT = timedelta(minutes=15)
# A process is dead after so long a silence; metrics speak of it no more.
SILENT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits of one job: how many messages, and how many seconds the oldest has been due."""

    number: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Process:
    """A process of the desk that is known to live, or was a moment ago."""

    kind: str
    host: str
    pid: int
    generation: int
    started_at: datetime
    silent: float  # seconds since its last heartbeat


@dataclass(frozen=True, slots=True)
class Figures:
    """How the desk fares at this moment. Times in seconds, sizes in bytes."""

    generation: int
    queue: Mapping[str, Waiting]
    running: int
    dead: int
    scheduler_lag: float
    processes: list[Process]
    failed_log_ins: int  # of the last quarter of an hour
    database_bytes: int
    free_bytes: int
    backup_age: float | None


def read(connection: Connection, app: Flask) -> Figures:
    """Read them: seven small statements, none of which grows with the desk."""
    states = _states(connection)
    return Figures(
        generation.read(connection), _queue(connection), states.get(RUNNING, 0) + states.get(HANDED, 0),
        states.get(DEAD, 0), _scheduler_lag(connection), _processes(connection), _failed(connection),
        database_bytes(connection), shutil.disk_usage(app.config["DATA_DIR"]).free, _backup_age(app))


def _queue(connection: Connection) -> dict[str, Waiting]:
    message, now, known = OutboxMessage.__table__, clock.now(), declared_jobs()
    rows = connection.execute(
        select(message.c.name, func.count(), func.min(message.c.available_at))
        .where(message.c.state == WAITING).group_by(message.c.name))
    found: dict[str, Waiting] = {}
    for name, number, due in rows:
        key = name if name in known else OTHER
        before = found.get(key, Waiting(0, 0.0))
        found[key] = Waiting(before.number + number, max(before.seconds, (now - due).total_seconds()))
    return found


def _states(connection: Connection) -> dict[str, int]:
    message = OutboxMessage.__table__
    statement = (select(message.c.state, func.count()).where(message.c.state.in_([DEAD, HANDED, RUNNING]))
                 .group_by(message.c.state))
    return {row[0]: row[1] for row in connection.execute(statement)}


def _scheduler_lag(connection: Connection) -> float:
    due = connection.execute(select(func.min(JobSchedule.__table__.c.next_run_at))).scalar()
    return max(0.0, (clock.now() - due).total_seconds()) if due is not None else 0.0


def _processes(connection: Connection) -> list[Process]:
    row, now = ProcessRow.__table__, clock.now()
    found = connection.execute(select(row).where(row.c.heartbeat_at > now - SILENT).order_by(
        row.c.kind, row.c.host, row.c.pid))
    return [Process(one.kind, one.host, one.pid, one.generation, one.started_at,
                    max(0.0, (now - one.heartbeat_at).total_seconds())) for one in found]


def _failed(connection: Connection) -> int:
    attempt = LoginAttempt.__table__
    recent = select(func.count()).select_from(attempt).where(attempt.c.at > clock.now() - RECENT)
    return int(connection.execute(recent).scalar_one())


def database_bytes(connection: Connection) -> int:
    """Return how large the database is."""
    if connection.dialect.name == "postgresql":
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    path = str(connection.engine.url.database)
    return sum(os.path.getsize(one) for one in (path, f"{path}-wal") if Path(one).exists())


def _backup_age(app: Flask) -> float | None:
    age = store.age(app)
    return None if age == timedelta.max else age.total_seconds()


def plain(figures: Figures) -> dict[str, Any]:
    """Return the numbers that have no label, by their names."""
    return {name: getattr(figures, name) for name in (
        "generation", "running", "dead", "scheduler_lag", "failed_log_ins", "database_bytes", "free_bytes")}
