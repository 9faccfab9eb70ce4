"""A program of the tests: relays and workers in processes that are killed at random moments.

    python -m tests.jobs.crashing relay|work CHANCE    with the environment of a desk, and REDIS_URL

It forks one process after the other, each of which may kill itself with SIGKILL, until no message is left.
"""

import faulthandler
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from redis import Redis
from sqlalchemy import func, select

from app import create_app
from app.addon_system.registry import current_registry
from app.db import db, unit_of_work
from app.jobs import lease, relay, worker
from app.jobs.models import DONE, OutboxMessage
from app.jobs.queue import connect
from app.sdk.jobs import Job

NAME = "test.count"
# A stall of the machine shall not pass for a death; what a killed worker was at comes back after as many seconds.
TIMEOUT = 4
# Where a process still runs by then (seconds), it says what it is doing.
LONG = 180


def count(connection: "Redis") -> Callable[[dict[str, Any]], None]:
    """Return a job that leaves a mark of each time it runs."""
    return lambda payload: connection.hincrby("ran", payload["number"], 1)


def perhaps_die(chance: float) -> None:
    """Die now and then, as a machine does: at once and without a word."""
    if random.random() < chance:
        os.kill(os.getpid(), signal.SIGKILL)


def run_relay(app: Flask, chance: float) -> None:
    """Relay until nothing is left; die before or after a message is handed over."""
    original = relay.hand_over

    def hand_over(*arguments: Any) -> None:
        perhaps_die(chance)
        original(*arguments)
        perhaps_die(chance)

    relay.hand_over, relay.RECOVER_EVERY, relay.BATCH = hand_over, 0.2, 20
    lease.HANDED_LEASE = timedelta(seconds=1)
    lease.FIRST_PAUSE = lease.LONGEST_PAUSE = timedelta(seconds=0.1)
    own = relay.Relay(connect(app.config))
    while something_left():
        own.tick()
        time.sleep(0.02)


def run_worker(app: Flask, chance: float) -> None:
    """Work until nothing is left; die after a job is done but before the outbox knows."""
    connection = connect(app.config)
    original = count(connection)

    def job(payload: dict[str, Any]) -> None:
        original(payload)
        perhaps_die(chance)

    lease.RUN_GRACE = timedelta(0)
    lease.FIRST_PAUSE = lease.LONGEST_PAUSE = timedelta(seconds=0.1)
    current_registry().jobs[NAME] = Job(NAME, job, timeout=TIMEOUT, tries=1000)
    while something_left():
        worker.make_worker(app, connection).work(burst=True, logging_level="CRITICAL")
        time.sleep(0.02)


def something_left() -> bool:
    """Say whether a message is not done yet."""
    with unit_of_work() as session:
        return bool(session.scalar(select(func.count()).where(OutboxMessage.state != DONE)))


def main(what: str, chance: float) -> int:
    """Fork until one has nothing left to do; print how many died."""
    app = create_app()
    died = 0
    with app.app_context():
        current_registry().jobs[NAME] = Job(NAME, lambda _payload: None, timeout=TIMEOUT, tries=1000)
        while True:
            db.session.remove()
            db.engine.dispose()
            pid = os.fork()
            if pid == 0:
                random.seed()
                faulthandler.dump_traceback_later(LONG)
                {"relay": run_relay, "work": run_worker}[what](app, chance)
                os._exit(0)
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            if code == 0:
                sys.stdout.write(f"{died}\n")
                return 0
            if code != -signal.SIGKILL:
                return 1
            died += 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
