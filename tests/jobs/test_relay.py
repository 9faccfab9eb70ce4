"""Leases: what is claimed comes back, and is not run twice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import time_machine
from flask import Flask
from redis import Redis

from app.db import unit_of_work
from app.jobs import lease
from app.jobs.models import JobRun, OutboxMessage
from app.jobs.queue import queue
from app.jobs.relay import Relay
from app.jobs.worker import run_message
from app.sdk import clock
from app.sdk.jobs import Job
from tests.jobs.conftest import messages, put_one, runs

Declare = Callable[[Job], Job]


class TestClaim:
    def test_takes_each_message_once_in_order(self, context: Flask) -> None:
        for _ in range(5):
            put_one("test.job")
        with unit_of_work(write=True) as unit:
            first = lease.claim(unit, "one", 3)
        with unit_of_work(write=True) as unit:
            second = lease.claim(unit, "two", 3)
        ids = [row.id for row in (*first, *second)]
        assert ids == [message.id for message in messages()]
        assert messages(OutboxMessage.lease_owner) == [("one",)] * 3 + [("two",)] * 2

    def test_leaves_what_is_not_due(self, context: Flask) -> None:
        put_one("test.job", available_at=clock.now() + timedelta(minutes=1))
        with unit_of_work(write=True) as unit:
            assert lease.claim(unit, "one", 3) == []
            assert not lease.is_due(unit, clock.now())


class TestLease:
    def test_of_a_message_nobody_began_runs_out(self, declare: Declare, redis: Redis) -> None:
        declare(Job("test.job", lambda _payload: None))
        put_one("test.job")
        assert Relay(redis).tick() == 1
        redis.flushdb()  # the server was started anew: it keeps nothing
        assert Relay(redis).tick() == 0
        with time_machine.travel(clock.now() + lease.HANDED_LEASE + timedelta(seconds=1)):
            assert Relay(redis).tick() == 1
        assert queue(redis).count == 1

    def test_of_a_dead_worker_runs_out_and_counts_as_a_try(self, declare: Declare, redis: Redis) -> None:
        declare(Job("test.job", lambda _payload: None, timeout=60, tries=2))
        put_one("test.job")
        for attempt in (1, 2):
            with time_machine.travel(clock.now() + timedelta(hours=2 * attempt)):
                Relay(redis).tick()
            with time_machine.travel(clock.now() + timedelta(hours=2 * attempt + 1)):
                Relay(redis).tick()
                with unit_of_work(write=True) as unit:
                    assert lease.begin(unit, messages()[0].id, "dies", {"test.job": 60}) is not None
        with time_machine.travel(clock.now() + timedelta(hours=6)):
            Relay(redis).tick()
        assert messages(OutboxMessage.state, OutboxMessage.attempts) == [("dead", 2)]
        assert runs(JobRun.state) == [("lost",), ("lost",)]

    def test_that_ran_out_keeps_a_late_worker_from_ending_the_new_run(self, declare: Declare, redis: Redis) -> None:
        seen: list[Any] = []
        declare(Job("test.job", seen.append, timeout=60))
        put_one("test.job")
        Relay(redis).tick()
        with unit_of_work(write=True) as unit:
            late = lease.begin(unit, messages()[0].id, "late", {"test.job": 60})
        assert late is not None
        with time_machine.travel(clock.now() + timedelta(hours=1)):
            Relay(redis).tick()
        with time_machine.travel(clock.now() + timedelta(hours=2)):
            Relay(redis).tick()
            assert run_message(late.id, "second") == "done"
        with unit_of_work(write=True) as unit:
            assert lease.end(unit, late, "too late") is None
        assert messages(OutboxMessage.state) == [("done",)]
        assert runs(JobRun.state) == [("lost",), ("done",)]


class TestWithoutRedis:
    def test_messages_wait(self, declare: Declare) -> None:
        declare(Job("test.job", lambda _payload: None))
        put_one("test.job")
        away = Redis(unix_socket_path="/nonexistent/valkey.sock")
        assert Relay(away).tick() == 0
        assert messages(OutboxMessage.state) == [("waiting",)]

    def test_that_goes_away_in_between_gives_the_claimed_back(self, declare: Declare, redis: Redis) -> None:
        declare(Job("test.job", lambda _payload: None))
        put_one("test.job")
        relay = Relay(redis)
        relay._recover_sometimes()
        relay.queue = queue(Redis(unix_socket_path="/nonexistent/valkey.sock"))
        assert relay._tick_once() == 0
        assert messages(OutboxMessage.state, OutboxMessage.lease_owner) == [("waiting", None)]
