"""An import that was stopped half-way goes on after the last row that is through: each row exactly once."""

import pytest
from sqlalchemy import func, select

from app.db import session, unit_of_work
from app.exchange import jobs
from app.exchange.rows import Importer
from app.exchange.services import exchange_service
from app.organisation.models import Person
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Conflict
from tests.exchange.conftest import result, run_job, start, upload

COUNT = 90
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def file_without_key():
    # Every tenth row is at fault.
    lines = [f"Person {number},{'2026-02-30' if number % 10 == 0 else '2026-01-31'}" for number in range(COUNT)]
    return "\n".join(["Full name,Joined on", *lines]).encode()


def stop_in_the_middle(admin, monkeypatch, run_id, stop):
    """Run the job and have something happen once 30 rows were begun."""
    bring, begun = Importer.bring_in, []

    def watched(self, row):
        begun.append(row.place)
        if len(begun) == 30:
            stop()
        return bring(self, row)

    with monkeypatch.context() as patch:
        patch.setattr(Importer, "bring_in", watched)
        try:
            run_job(run_id)
        except KeyboardInterrupt:
            with unit_of_work(write=True), acting_as(admin.actor):
                exchange_service.cancel(admin.actor, run_id)
    return result(run_id)[0]


def names():
    with unit_of_work(), acting_as(SYSTEM):
        rows = select(Person.name, func.count()).where(Person.name.like("Person %")).group_by(Person.name)
        return dict(session().execute(rows).all())


def kill():
    raise KeyboardInterrupt


def fail():
    raise FileNotFoundError


@pytest.mark.parametrize(("stop", "state"), [(kill, "cancelled"), (fail, "failed")])
def test_each_row_comes_once(admin, monkeypatch, stop, state):
    monkeypatch.setattr(jobs, "Batches", small_batches)
    run_id = upload(admin, file_without_key(), "people.csv")
    start(admin, run_id, key_field="")
    stopped = stop_in_the_middle(admin, monkeypatch, run_id, stop)
    assert stopped.state == state
    assert 0 < stopped.done < COUNT
    with pytest.raises(Conflict):
        start(admin, run_id, is_trial=True)
    assert result(run_id)[0].state == state
    start(admin, run_id)
    run_job(run_id)
    run, faults = result(run_id)
    assert (run.state, run.done, run.created, run.refused) == ("done", COUNT, COUNT - 9, 9)
    assert [one.row for one in faults] == [number + 2 for number in range(0, COUNT, 10)]
    assert names() == {f"Person {number}": 1 for number in range(COUNT) if number % 10}


def test_a_dry_run_that_was_stopped_begins_again(admin, monkeypatch):
    monkeypatch.setattr(jobs, "Batches", small_batches)
    run_id = upload(admin, file_without_key(), "people.csv")
    start(admin, run_id, is_trial=True)
    assert stop_in_the_middle(admin, monkeypatch, run_id, kill).done > 0
    start(admin, run_id)
    run_job(run_id)
    assert (result(run_id)[0].created, len(names())) == (COUNT - 9, COUNT - 9)


def small_batches(write, refused, largest):
    from app.db.batches import Batches

    return Batches(write, refused, size=8, largest=8)
