"""The fixtures themselves: what a test commits never reaches the next one."""

import redis
from sqlalchemy import select

from app.db import unit_of_work
from app.records.picklists import Picklist
from app.sdk.actor import SYSTEM, acting_as


def _leave_a_trace() -> None:
    with unit_of_work(write=True) as session, acting_as(SYSTEM):
        assert session.execute(select(Picklist).where(Picklist.code == "trace")).first() is None
        session.add(Picklist(code="trace", label={"en": "Trace"}))


def test_what_one_test_commits(context, database):
    _leave_a_trace()
    assert database.is_dirty


def test_the_next_does_not_see(context, database):
    _leave_a_trace()
    assert database.is_dirty


def test_a_unit_is_rolled_back(unit, database):
    unit.add(Picklist(code="trace", label={"en": "Trace"}))
    unit.flush()
    assert not database.is_dirty


def test_shipped_lists_are_there(unit):
    assert unit.execute(select(Picklist.code).where(Picklist.code == "ticket.impact")).scalar() == "ticket.impact"


def test_a_real_valkey(valkey):
    with redis.Redis.from_url(valkey) as client:
        assert client.set("a", 1)
        assert client.get("a") == b"1"


def test_statements_are_counted(unit, statements):
    with statements() as seen:
        unit.execute(select(Picklist.code))
        with unit.begin_nested():
            unit.execute(select(Picklist.id))
    assert len(seen) == 2
