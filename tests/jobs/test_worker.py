"""What a worker does with a message, and what it refuses to do."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from rq.job import Job as QueuedJob
from rq.job import JobStatus
from rq.serializers import JSONSerializer
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from app.addon_system.registry import current_registry
from app.db import session, unit_of_work
from app.jobs import lease
from app.jobs.models import JobRun, OutboxMessage
from app.jobs.queue import ENTRY, QUEUE, queue
from app.jobs.worker import make_worker, run_message
from app.sdk import clock
from app.sdk.actor import ActingContext, current_context
from app.sdk.jobs import Again, Job
from tests.jobs.conftest import messages, put_one, runs

Declare, Run = Callable[[Job], Job], Callable[[], int]


def fail(_payload: dict[str, Any]) -> None:
    raise ValueError("no luck")


def make_all_due() -> None:
    with unit_of_work(write=True):
        session().connection().execute(update(OutboxMessage.__table__).values(available_at=clock.now()))


class TestRun:
    def test_gets_the_payload_and_acts_as_the_system(self, declare: Declare, run_jobs: Run) -> None:
        seen: list[tuple[dict[str, Any], ActingContext]] = []
        declare(Job("test.job", lambda payload: seen.append((payload, current_context()))))
        put_one("test.job", {"number": 7})
        assert run_jobs() == 1
        ((payload, acting),) = seen
        assert payload == {"number": 7}
        assert (acting.actor.is_system, acting.via) == (True, "job")
        assert acting.cause is not None
        assert acting.cause.startswith("test.job #")
        assert messages(OutboxMessage.state, OutboxMessage.attempts) == [("done", 1)]
        assert runs(JobRun.name, JobRun.state, JobRun.attempt) == [("test.job", "done", 1)]

    def test_leaves_nothing_in_redis(self, declare: Declare, run_jobs: Run, redis: Redis) -> None:
        declare(Job("test.good", lambda _payload: None))
        declare(Job("test.bad", fail))
        put_one("test.good")
        put_one("test.bad")
        run_jobs()
        assert [key for key in redis.keys("rq:*") if b"job:" in key or b"failed" in key or b"finished" in key] == []

    def test_goes_on_behind_a_worker_that_was_killed(
        self, context: Flask, declare: Declare, run_jobs: Run, redis: Redis,
    ) -> None:
        left = QueuedJob.create(ENTRY, args=(1,), connection=redis, serializer=JSONSerializer, origin=QUEUE,
                                status=JobStatus.STARTED, failure_ttl=0)
        left.save()
        killed = make_worker(context, redis)
        # What it was at has expired before the entry that it was at something.
        redis.delete(killed.prepare_execution(left).key)
        (started,) = redis.keys("rq:wip:*")
        redis.zadd(started, dict.fromkeys(redis.zrange(started, 0, -1), 1))
        seen: list[Any] = []
        declare(Job("test.job", seen.append))
        put_one("test.job")
        run_jobs()
        assert len(seen) == 1
        assert [key for kind in ("job", "wip", "executions") for key in redis.keys(f"rq:{kind}:*")] == []

    def test_says_in_one_line_that_the_database_is_away(
        self, context: Flask, redis: Redis, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    ) -> None:
        monkeypatch.setattr("app.jobs.worker.AWAY_PAUSE", 0)
        away = OperationalError("SELECT 1", {}, Exception("connection refused"))
        make_worker(context, redis).handle_exception(QueuedJob(connection=redis), type(away), away, None)
        (said,) = [line for line in caplog.records if line.name == "app.jobs.worker"]
        assert ("database_is_away" in said.getMessage(), said.exc_info) == (True, None)

    def test_of_a_message_somebody_else_began_does_nothing(self, declare: Declare, context: Flask) -> None:
        seen: list[Any] = []
        declare(Job("test.job", seen.append))
        put_one("test.job")
        with unit_of_work(write=True) as unit:
            (claimed,) = lease.claim(unit, "relay", 10)
        assert run_message(claimed.id, "first") == "done"
        assert run_message(claimed.id, "second") is None
        assert len(seen) == 1

    def test_ends_after_its_timeout(self, declare: Declare, run_jobs: Run) -> None:
        def never_ends(_payload: dict[str, Any]) -> None:
            while True:
                pass

        declare(Job("test.job", never_ends, timeout=1))
        put_one("test.job")
        run_jobs()
        ((state, error),) = messages(OutboxMessage.state, OutboxMessage.last_error)
        assert state == "waiting"
        assert "maximum timeout value (1 seconds)" in error


class TestFailure:
    def test_is_tried_again_later_and_given_up_in_the_end(self, declare: Declare, run_jobs: Run) -> None:
        declare(Job("test.job", fail, tries=2))
        put_one("test.job")
        began = clock.now()
        run_jobs()
        ((state, available_at, error),) = messages(
            OutboxMessage.state, OutboxMessage.available_at, OutboxMessage.last_error)
        assert state == "waiting"
        assert available_at > began + timedelta(seconds=8)
        assert "ValueError: no luck" in error
        assert run_jobs() == 0
        make_all_due()
        run_jobs()
        assert messages(OutboxMessage.state, OutboxMessage.attempts) == [("dead", 2)]
        assert runs(JobRun.state) == [("failed",), ("failed",)]

    def test_can_be_run_again_by_hand(self, declare: Declare, run_jobs: Run) -> None:
        declare(Job("test.job", fail, tries=1))
        put_one("test.job")
        run_jobs()
        declare(Job("test.job", lambda _payload: None))
        ((message_id,),) = messages(OutboxMessage.id)
        with unit_of_work(write=True) as unit:
            assert lease.run_again(unit, message_id)
        run_jobs()
        assert messages(OutboxMessage.state) == [("done",)]

    @pytest.mark.parametrize(("attempt", "least", "most"), [(1, 9, 11), (2, 27, 33), (3, 81, 99), (30, 19440, 23760)])
    def test_waits_longer_each_time(self, attempt: int, least: int, most: int) -> None:
        assert least <= lease.pause(attempt).total_seconds() <= most


class TestAgain:
    def test_goes_on_with_its_cursor(self, declare: Declare, run_jobs: Run) -> None:
        seen: list[int] = []

        def step(payload: dict[str, Any]) -> None:
            seen.append(payload.get("cursor", 0))
            if len(seen) < 3:
                raise Again({"cursor": len(seen)})

        declare(Job("test.job", step, tries=1))
        put_one("test.job")
        for _ in range(4):
            run_jobs()
        assert seen == [0, 1, 2]
        assert messages(OutboxMessage.state) == [("done",)]


class TestRemovedAddon:
    def test_parks_its_messages_until_it_is_there_again(self, declare: Declare, run_jobs: Run) -> None:
        seen: list[Any] = []
        job = declare(Job("gone.job", seen.append))
        put_one("gone.job")
        del current_registry().jobs["gone.job"]
        run_jobs()
        assert messages(OutboxMessage.state, OutboxMessage.attempts) == [("parked", 0)]
        assert runs(JobRun.state) == [("parked",)]
        declare(job)
        run_jobs()
        assert messages(OutboxMessage.state, OutboxMessage.attempts) == [("done", 1)]
        assert len(seen) == 1


class TestRefusal:
    """Whoever can write to Redis still cannot make a worker do anything but run a message of the outbox."""

    @pytest.mark.parametrize(("function", "arguments"), [
        ("os.system", ["touch {mark}"]), ("pathlib.Path.touch", ["{mark}"]),
        (ENTRY, ["1"]), (ENTRY, [True]), (ENTRY, [1, 2]), (ENTRY, []),
    ])
    def test_of_another_function_or_arguments(
        self, context: Flask, redis: Redis, tmp_path: Path, function: str, arguments: list[Any],
    ) -> None:
        mark = tmp_path / "ran"
        given = [item.format(mark=mark) if isinstance(item, str) else item for item in arguments]
        queue(redis).enqueue_call(function, args=tuple(given))
        make_worker(context, redis).work(burst=True, logging_level="ERROR")
        assert not mark.exists()
        assert queue(redis).count == 0

    def test_of_callbacks(self, context: Flask, declare: Declare, redis: Redis, tmp_path: Path) -> None:
        declare(Job("test.job", lambda _payload: None))
        put_one("test.job")
        with unit_of_work(write=True) as unit:
            (claimed,) = lease.claim(unit, "relay", 10)
        made = QueuedJob.create(ENTRY, args=(claimed.id,), connection=redis, serializer=JSONSerializer)
        made._success_callback_name = made._failure_callback_name = "tests.jobs.test_worker.fail"
        queue(redis).enqueue_job(made)
        make_worker(context, redis).work(burst=True, logging_level="ERROR")
        assert messages(OutboxMessage.state) == [("done",)]

    def test_of_pickles(self, context: Flask, redis: Redis) -> None:
        assert json.loads(JSONSerializer.dumps([1])) == [1]
        made = QueuedJob.create("os.getpid", connection=redis)  # pickled, as RQ does by default
        made.origin = "desk"
        made.save()
        redis.rpush("rq:queue:desk", made.id)
        worker = make_worker(context, redis)
        worker.work(burst=True, logging_level="CRITICAL")
        assert worker.successful_job_count == 0
