"""Generations: the enabled set has a number; a process serves the set of one number and is replaced when it moves on.

    process         register ... heartbeat, look at the number each half second ... number moved -> told to go
    whoever removes raise the number, then wait until no living process serves an older one

A process that could not renew its heartbeat for half the lease stops serving, so one whose lease is over cannot write.
"""

import os
import socket
import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta

import structlog
from flask import Flask
from sqlalchemy import Connection, delete, insert, inspect, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.addon_system.models import Generation, ProcessRow
from app.db import db, unit_of_work
from app.sdk import clock

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=10)
LOOK_EVERY = 0.5
RENEW_EVERY = 2.0
# On SQLite every process is on this machine: while one holds the write lock for long, the others cannot renew, but
# they are seen to be alive.
LONGEST_SILENCE = timedelta(seconds=60)
FORGET_AFTER = timedelta(hours=1)
COMMAND = "command"
_number, _process = Generation.__table__, ProcessRow.__table__


def current() -> int:
    """Return the number of the enabled set; 0 where there are no tables yet."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table(_number.name):
            return 0
        return read(connection)


def read(connection: Connection) -> int:
    """Return the number by one primary-key read."""
    return connection.execute(select(_number.c.number).where(_number.c.id == 1)).scalar() or 0


def raise_generation(session: Session) -> int:
    """Move the number on, in the caller's unit of work, and return it."""
    connection = session.connection()
    moved = connection.execute(
        update(_number).where(_number.c.id == 1).values(number=_number.c.number + 1).returning(_number.c.number)
    ).scalar()
    if moved is None:
        connection.execute(insert(_number).values(id=1, number=1))
        moved = 1
    return moved


def register(kind: str, number: int) -> str:
    """Write the row of this process, which serves the set of that number, and return its id."""
    process_id, now = uuid.uuid4().hex, clock.now()
    with unit_of_work(write=True) as session:
        session.connection().execute(insert(_process).values(
            id=process_id, kind=kind, host=socket.gethostname()[:200], pid=os.getpid(), generation=number,
            started_at=now, heartbeat_at=now,
        ))
    return process_id


def heartbeat(process_id: str) -> bool:
    """Renew the lease of a process; False where its row is gone."""
    with unit_of_work(write=True) as session:
        return bool(session.connection().execute(
            update(_process).where(_process.c.id == process_id).values(heartbeat_at=clock.now())
        ).rowcount)


def unregister(process_id: str) -> None:
    """Take the row of a process away, and those of processes that died long ago."""
    with unit_of_work(write=True) as session:
        session.connection().execute(delete(_process).where(
            (_process.c.id == process_id) | (_process.c.heartbeat_at < clock.now() - FORGET_AFTER)
        ))


def behind(number: int) -> list[str]:
    """Return the living processes that still serve an older set, as "web 4711 on host"."""
    with db.engine.connect() as connection:
        rows = connection.execute(select(_process).where(
            _process.c.generation < number, _process.c.kind != COMMAND
        )).mappings().all()
    return [f"{row['kind']} {row['pid']} on {row['host']}" for row in rows if _is_alive(dict(row))]


def _is_alive(row: dict[str, object]) -> bool:
    silence = clock.now() - row["heartbeat_at"]  # type: ignore[operator]
    if row["host"] == socket.gethostname():
        return _runs(int(row["pid"])) and silence < LONGEST_SILENCE  # type: ignore[call-overload]
    return silence < LEASE  # type: ignore[no-any-return]


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def wait_until_all(number: int, timeout: float) -> list[str]:
    """Wait until every living process serves that set or a newer one; return those that do not after `timeout`."""
    end = time.monotonic() + timeout
    while left := behind(number):
        if time.monotonic() >= end:
            return left
        time.sleep(0.1)
    return []


class Watcher(threading.Thread):
    """Keeps the row of this process alive and tells when its set is no longer the enabled one, or it may not serve."""

    def __init__(self, app: Flask, kind: str, number: int, on_over: Callable[[str], None]) -> None:
        super().__init__(name="generation", daemon=True)
        self.app, self.kind, self.number, self.on_over = app, kind, number, on_over
        self._stop_asked = threading.Event()
        self.process_id = ""
        self.is_over = False

    def start(self) -> None:
        """Register the process, then watch. Called after a fork, by the process that serves."""
        with self.app.app_context():
            self.process_id = register(self.kind, self.number)
            db.session.remove()
        super().start()

    def stop(self) -> None:
        """Stop watching and take the row away: this process serves no more."""
        self._stop_asked.set()
        with self.app.app_context():
            unregister(self.process_id)
            db.session.remove()

    def run(self) -> None:
        """Look at the number each half second and renew the lease."""
        renewed = time.monotonic()
        with self.app.app_context():
            while not self._stop_asked.wait(LOOK_EVERY):
                try:
                    if time.monotonic() - renewed >= RENEW_EVERY:
                        if not heartbeat(self.process_id):
                            self.process_id = register(self.kind, self.number)
                        renewed = time.monotonic()
                    with db.engine.connect() as connection:
                        moved = read(connection) != self.number
                except (SQLAlchemyError, OSError) as error:
                    log.warning("generation_unreadable", error=str(error))
                    moved = False
                finally:
                    db.session.remove()
                if moved:
                    self._tell("moved")
                elif time.monotonic() - renewed > LEASE.total_seconds() / 2 and db.engine.dialect.name != "sqlite":
                    self._tell("lease lost")

    def _tell(self, why: str) -> None:
        if not self.is_over:
            self.is_over = True
            log.info("generation_over", kind=self.kind, number=self.number, why=why)
            self.on_over(why)
