"""What each serving process does at its start and end, whether the supervisor forked it or somebody typed it."""

import os
import signal
import threading
import time
from collections.abc import Callable

import structlog
from flask import Flask
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from app.addon_system import generation
from app.db import db
from app.jobs import queue, scheduler
from app.jobs.relay import Relay
from app.jobs.worker import make_worker
from app.sdk.jobs import stop_soon

log = structlog.get_logger(__name__)
RELAY_EVERY, FIRE_EVERY = 0.3, 1.0
LONGEST_PAUSE = 30.0
# Half of the lease is left when a process learns that it could not renew it: it is gone before the lease is over.
LAST_SECONDS = 4.0


def load_desk() -> tuple[Flask, int]:
    """Return the desk with the enabled addons, and the number of the set it has loaded."""
    from app import create_app

    # The number is read before the set: where it moves on in between, this process is replaced once more, while read
    # afterwards it could claim a set that it has not loaded.
    bare = create_app(load_addons=False)
    with bare.app_context():
        number = generation.current()
        db.engine.dispose()
    return create_app(), number


def watch(app: Flask, kind: str, number: int, on_moved: Callable[[], None]) -> generation.Watcher:
    """Register this process and watch the number; a process that lost its lease ends before another can rely on it."""

    def over(why: str) -> None:
        if why == "moved":
            on_moved()
        else:
            end_now()

    watcher = generation.Watcher(app, kind, number, over)
    watcher.start()
    return watcher


def end_now() -> None:
    """End this process: politely, and a few seconds later in any case. Called by the watching thread."""
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LAST_SECONDS)
    os._exit(75)


def end_soon() -> None:
    """End this process once it has finished what it is at."""
    stop_soon()
    os.kill(os.getpid(), signal.SIGTERM)


def end_with_parent() -> None:
    """End when the supervisor is gone. Called in a process that it forked."""
    parent = os.getppid()

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        end_soon()

    threading.Thread(target=look, name="parent", daemon=True).start()


def run_worker() -> None:
    """Run jobs until told to stop."""
    app, number = load_desk()
    connection = queue.connect(app.config)
    pause = 1.0
    while True:
        try:
            worker = make_worker(app, connection)
            break
        except RedisError as error:
            log.error("redis_is_away", error=str(error))  # noqa: TRY400 - an outage is one line
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
    watcher = watch(app, "worker", number, end_soon)
    try:
        worker.work(logging_level="DEBUG" if app.config["LOG_LEVEL"] == "DEBUG" else "WARNING")
    finally:
        watcher.stop()
        connection.close()


def run_scheduler() -> None:
    """Fire schedules and hand messages over until told to stop."""
    app, number = load_desk()
    ended = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda _number, _frame: ended.set())
    connection = queue.connect(app.config)
    watcher = watch(app, "scheduler", number, ended.set)
    try:
        _schedule_and_relay(app, Relay(connection), ended)
    finally:
        watcher.stop()
        connection.close()


def _schedule_and_relay(app: Flask, relay: Relay, ended: threading.Event) -> None:
    pause, is_synchronised, fired_at = RELAY_EVERY, False, 0.0
    while not ended.wait(pause):
        try:
            with app.app_context():
                if not is_synchronised:
                    scheduler.synchronise()
                    is_synchronised = True
                if time.monotonic() - fired_at >= FIRE_EVERY:
                    scheduler.fire_due()
                    fired_at = time.monotonic()
                relay.tick()
            pause = RELAY_EVERY
        except SQLAlchemyError as error:
            log.error("database_is_away", error=str(error))  # noqa: TRY400 - an outage is one line
            pause = min(pause * 2, LONGEST_PAUSE)
