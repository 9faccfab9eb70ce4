from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.addon_system.registry import current_registry
from app.db import db, unit_of_work
from app.jobs import scheduler
from app.jobs.models import JobSchedule, OutboxMessage
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.jobs import Again, Job
from tests.jobs.conftest import messages

Declare = Callable[[Job], Job]


def schedules() -> dict[str, JobSchedule]:
    with unit_of_work() as session:
        return {row.name: row for row in session.scalars(select(JobSchedule))}


class TestNextTime:
    @pytest.mark.parametrize(("_case", "cron", "timezone", "after", "expected"), [
        ("UTC", "15 2 * * *", "UTC", "2026-03-01T02:15:00", "2026-03-02T02:15:00"),
        ("Shanghai", "0 9 * * 1-5", "Asia/Shanghai", "2026-11-27T01:00:00", "2026-11-30T01:00:00"),
        ("spring forward", "0 9 * * *", "Europe/Berlin", "2026-03-28T09:00:00", "2026-03-29T07:00:00"),
        ("fall back", "0 9 * * *", "Europe/Berlin", "2026-10-24T08:00:00", "2026-10-25T08:00:00"),
    ])
    def test_is_on_the_clocks_of_the_zone(
        self, _case: str, cron: str, timezone: str, after: str, expected: str,
    ) -> None:
        moment = datetime.fromisoformat(after).replace(tzinfo=UTC)
        found = scheduler.next_time(cron, timezone, moment)
        assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)
        assert found.tzinfo is UTC


class TestSynchronise:
    def test_rows_come_and_go_with_the_declarations(self, declare: Declare) -> None:
        declare(Job("test.nightly", lambda _payload: None, cron="0 3 * * *"))
        declare(Job("test.by_hand", lambda _payload: None))
        scheduler.synchronise()
        assert "test.nightly" in schedules()
        assert "test.by_hand" not in schedules()
        del current_registry().jobs["test.nightly"]
        scheduler.synchronise()
        assert "test.nightly" not in schedules()

    def test_keeps_the_time_of_what_did_not_change(self, declare: Declare) -> None:
        declare(Job("test.nightly", lambda _payload: None, cron="0 3 * * *"))
        with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC)):
            scheduler.synchronise()
        before = schedules()["test.nightly"].next_run_at
        with time_machine.travel(datetime(2026, 1, 5, tzinfo=UTC)):
            scheduler.synchronise()
            assert schedules()["test.nightly"].next_run_at == before
            declare(Job("test.nightly", lambda _payload: None, cron="0 4 * * *"))
            scheduler.synchronise()
        assert schedules()["test.nightly"].next_run_at == datetime(2026, 1, 5, 4, tzinfo=UTC)


class TestFire:
    def test_puts_a_message_and_moves_on(self, declare: Declare) -> None:
        current_registry().jobs.clear()
        declare(Job("test.nightly", lambda _payload: None, cron="0 3 * * *"))
        with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False):
            scheduler.synchronise()
            assert scheduler.fire_due() == 0
        with time_machine.travel(datetime(2026, 1, 4, 12, tzinfo=UTC), tick=False):
            assert scheduler.fire_due() == 1  # three nights were missed: one run
            assert scheduler.fire_due() == 0
        assert messages(OutboxMessage.name) == [("test.nightly",)]
        row = schedules()["test.nightly"]
        assert row.next_run_at == datetime(2026, 1, 5, 3, tzinfo=UTC)
        assert row.last_run_at == datetime(2026, 1, 4, 12, tzinfo=UTC)

    def test_does_not_pile_up_while_nothing_runs(self, declare: Declare) -> None:
        current_registry().jobs.clear()
        declare(Job("test.often", lambda _payload: None, cron="* * * * *"))
        scheduler.synchronise()
        for minutes in (2, 4, 6):
            with time_machine.travel(clock.now() + timedelta(minutes=minutes)):
                assert scheduler.fire_due() == 1
        assert messages(OutboxMessage.name) == [("test.often",)]

    def test_by_many_schedulers_at_once_happens_once(self, declare: Declare, context: Flask) -> None:
        current_registry().jobs.clear()
        for number in range(10):
            declare(Job(f"test.job_{number}", lambda _payload: None, cron="0 3 * * *"))
        scheduler.synchronise()

        def fire(_number: int) -> int:
            with context.app_context():
                try:
                    return scheduler.fire_due()
                finally:
                    db.session.remove()

        with time_machine.travel(clock.now() + timedelta(days=2)), ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(fire, range(24))) == 10
        assert len(messages()) == 10


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_each_scheduled_job_takes_what_a_schedule_gives(app: Flask) -> None:
    with app.app_context():
        due = [job for job in current_registry().jobs.values() if job.cron]
        for job in due:
            with acting_as(SYSTEM, via="job", cause=job.name), suppress(Again):
                job.run({"due_at": "2026-11-29T20:11:00+00:00"})
    assert len(due) > 10
