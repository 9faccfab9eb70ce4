from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert

from app.addon_system.models import ProcessRow
from app.db import session, unit_of_work
from app.jobs import housekeeping
from app.jobs.models import JobRun, OutboxMessage
from app.sdk import clock, jobs
from app.sdk.actor import SYSTEM, acting_as
from app.security.models import LoginAttempt
from tests.jobs.conftest import messages, runs

Tidy = Callable[[], None]


def add(model: type, *rows: dict[str, object]) -> None:
    with unit_of_work(write=True):
        session().connection().execute(insert(model), list(rows))


def message(state: str, days: int) -> dict[str, object]:
    then = clock.now() - timedelta(days=days)
    return {"name": f"{state}.{days}", "payload": {}, "state": state, "available_at": then, "created_at": then,
            "finished_at": then if state in {"done", "dead", "parked"} else None, "attempts": 1, "actor_label": "test"}


@pytest.fixture
def tidy(context: Flask) -> Tidy:
    def run() -> None:
        with acting_as(SYSTEM, via="job"):
            housekeeping.tidy_up({})

    return run


class TestTidyUp:
    def test_deletes_messages_that_are_long_over_and_no_other(self, tidy: Tidy) -> None:
        add(OutboxMessage, *(message(state, days) for state in ("done", "dead", "parked", "waiting", "running")
                             for days in (1, 30, 400)))
        tidy()
        assert messages(OutboxMessage.name) == [(name,) for name in (
            "done.1", "dead.1", "dead.30", "parked.1", "parked.30", "waiting.1", "waiting.30", "waiting.400",
            "running.1", "running.30", "running.400")]

    def test_deletes_old_runs_attempts_and_dead_processes(self, tidy: Tidy) -> None:
        now = clock.now()
        for name, age in (("old", timedelta(days=60)), ("new", timedelta(minutes=1))):
            add(JobRun, {"name": name, "attempt": 1, "state": "done", "worker": "w", "started_at": now - age})
            add(LoginAttempt, {"username": name, "at": now - age})
            add(ProcessRow, {"id": name, "kind": "web", "host": "elsewhere", "pid": 1, "generation": 1,
                             "started_at": now - age, "heartbeat_at": now - age})
        tidy()
        assert runs(JobRun.name) == [("new",)]
        with unit_of_work() as unit:
            assert [row.username for row in unit.query(LoginAttempt)] == ["new"]
            assert [row.id for row in unit.query(ProcessRow)] == ["new"]

    def test_is_carried_on_where_there_is_more_than_a_step(
        self, tidy: Tidy, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(housekeeping, "BATCH", 2)
        monkeypatch.setattr(housekeeping, "STEP_SECONDS", -1.0)
        add(OutboxMessage, *(message("done", 30) for _ in range(5)))
        for left in (3, 1):
            with pytest.raises(jobs.Again):
                tidy()
            assert len(messages()) == left
        tidy()
        assert messages() == []
