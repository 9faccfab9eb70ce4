"""Read, decide, write in four processes at once: no step is lost, on either database."""

import multiprocessing

import pytest
from sqlalchemy import select

from app import create_app
from app.db import db, unit_of_work
from app.organisation.models import Company  # noqa: F401 - numbers refer to it, also in a fresh process
from app.records.numbering import NumberSequence
from app.sdk.actor import SYSTEM, acting_as

PROCESSES, STEPS = 4, 40


def _count_up(settings, start):
    app = create_app(settings, load_addons=False)
    with app.app_context():
        start.wait(60)
        for _ in range(STEPS):
            with unit_of_work(write=True) as session, acting_as(SYSTEM):
                statement = select(NumberSequence).where(NumberSequence.code == "counter").with_for_update()
                counter = session.execute(statement.execution_options(populate_existing=True)).scalar_one()
                counter.padding = counter.padding + 1
        db.engine.dispose()


@pytest.mark.timeout(180)
def test_none_is_lost(context, database):
    with unit_of_work(write=True) as session, acting_as(SYSTEM):
        session.add(NumberSequence(code="counter", label={"en": "Counter"}, padding=0))
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(PROCESSES)
    workers = [spawn.Process(target=_count_up, args=(database.settings(database.url), start)) for _ in range(PROCESSES)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES
    with unit_of_work() as session, acting_as(SYSTEM):
        assert session.execute(select(NumberSequence.padding).where(NumberSequence.code == "counter")).scalar() \
            == PROCESSES * STEPS
