"""Jobs of a test: declared for as long as it runs, relayed and run by a real worker over a real Valkey."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import select

from app.addon_system.registry import current_registry
from app.db import unit_of_work
from app.jobs import put
from app.jobs.models import JobRun, OutboxMessage
from app.jobs.relay import Relay
from app.jobs.worker import make_worker
from app.sdk.jobs import Job


@pytest.fixture
def declare(context: Flask) -> Iterator[Callable[[Job], Job]]:
    """`declare(Job(…))` adds a job to the loaded set."""
    jobs = current_registry().jobs
    before = dict(jobs)

    def add(job: Job) -> Job:
        jobs[job.name] = job
        return job

    yield add
    jobs.clear()
    jobs.update(before)


@pytest.fixture
def redis(valkey: str) -> Iterator["Redis"]:
    """A connection to an empty Valkey."""
    connection = Redis.from_url(valkey)
    yield connection
    connection.close()


@pytest.fixture
def run_jobs(context: Flask, redis: "Redis") -> Callable[[], int]:
    """Hand over what is due and run it; returns how many messages were handed over."""

    def run() -> int:
        handed = Relay(redis).tick()
        make_worker(context, redis).work(burst=True, logging_level="ERROR")
        return handed

    return run


def put_one(name: str, payload: dict[str, Any] | None = None, **options: Any) -> None:
    """Put one message in a unit of its own."""
    with unit_of_work(write=True):
        put(name, payload, **options)


def messages(*columns: Any) -> list[Any]:
    """Return all messages, or these columns of them, oldest first."""
    with unit_of_work() as session:
        if columns:
            return [tuple(row) for row in session.execute(select(*columns).order_by(OutboxMessage.id))]
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def runs(*columns: Any) -> list[Any]:
    """Return these columns of all runs, oldest first."""
    with unit_of_work() as session:
        return [tuple(row) for row in session.execute(select(*columns).order_by(JobRun.id))]
