"""Instants are aware and in UTC on every database; a naive one is refused."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from app.records.timeline import TimelineEntry
from app.sdk import clock

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=ZONES)  # noqa: DTZ001 - hypothesis adds the zone


def entry(moment):
    return TimelineEntry(at=moment, actor_label="x", record_type="x", record_id=1, kind="note")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moment=MOMENTS)
def test_comes_back_as_the_same_instant_in_utc(unit, moment):
    made = entry(moment)
    unit.add(made)
    unit.flush()
    found = unit.execute(select(TimelineEntry.at).where(TimelineEntry.id == made.id)).scalar()
    assert found == moment
    assert found.tzinfo is UTC
    assert found.utcoffset() == timedelta(0)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moments=st.lists(MOMENTS, min_size=2, max_size=5, unique=True))
def test_sorts_and_compares_by_the_instant(unit, moments):
    with unit.begin_nested() as savepoint:
        made = [entry(moment) for moment in moments]
        unit.add_all(made)
        unit.flush()
        ids = [item.id for item in made]
        statement = select(TimelineEntry.at).where(TimelineEntry.id.in_(ids)).order_by(TimelineEntry.at)
        assert list(unit.execute(statement).scalars()) == sorted(moments)
        later = unit.execute(statement.where(TimelineEntry.at >= moments[0])).scalars()
        assert list(later) == sorted(moment for moment in moments if moment >= moments[0])
        savepoint.rollback()


def test_a_naive_time_is_refused(unit):
    unit.add(entry(datetime(2026, 1, 1)))  # noqa: DTZ001 - that is the point
    with pytest.raises(StatementError, match="a time without a time zone"):
        unit.flush()


def test_the_clock_is_aware():
    assert clock.now().utcoffset() == timedelta(0)
