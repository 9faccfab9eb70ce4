"""Relays and workers that are killed: nothing is lost, and only a killed worker's own message runs again."""

import subprocess
import sys

import pytest
from redis import Redis
from sqlalchemy import func, select

from app.db import unit_of_work
from app.jobs import put
from app.jobs.models import OutboxMessage
from tests.jobs.crashing import NAME
from tests.support.databases import Database
from tests.support.live import ROOT

MESSAGES = 100


def start(what: str, chance: float, database: Database, redis_url: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.jobs.crashing", what, str(chance)], cwd=ROOT, text=True, stdout=subprocess.PIPE,
        env={**database.environment(), "REDIS_URL": redis_url, "LOG_LEVEL": "ERROR"},
    )


def deaths(processes: "list[subprocess.Popen[str]]") -> int:
    """Wait for programs to end well; return how many of their processes were killed."""
    said = [process.communicate(timeout=200)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes)
    return sum(map(int, said))


@pytest.mark.timeout(240)
def test_each_message_runs_once_while_relays_are_killed(database: Database, valkey: str, redis: Redis) -> None:
    with database.app.app_context(), unit_of_work(write=True):
        for number in range(MESSAGES):
            put(NAME, {"number": number})
    relays = [start("relay", 0.07, database, valkey) for _ in range(2)]
    workers = [start("work", 0.0, database, valkey)]
    died = deaths(relays)
    assert deaths(workers) == 0
    assert died >= 2
    assert redis.hgetall("ran") == {str(number).encode(): b"1" for number in range(MESSAGES)}


@pytest.mark.timeout(240)
def test_no_message_is_lost_while_workers_are_killed(database: Database, valkey: str, redis: Redis) -> None:
    with database.app.app_context(), unit_of_work(write=True):
        for number in range(30):
            put(NAME, {"number": number})
    relay = start("relay", 0.0, database, valkey)
    workers = [start("work", 0.1, database, valkey) for _ in range(2)]
    died = deaths(workers)
    assert deaths([relay]) == 0
    ran = {int(number): int(times) for number, times in redis.hgetall("ran").items()}
    assert set(ran) == set(range(30))
    # A worker that dies after the job and before its end is written has its message run again, and no other.
    assert sum(ran.values()) == 30 + died
    with database.app.app_context(), unit_of_work() as session:
        assert session.scalar(select(func.count()).where(OutboxMessage.state == "done")) == 30
