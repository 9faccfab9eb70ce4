"""Who is at a record: one row a user, old ones do not count, and they go."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import unit_of_work
from app.jobs import housekeeping
from app.records import presence, timeline
from app.records.presence import RecordPresence
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import make_company, make_login


@pytest.fixture
def two(unit):
    from tests.support.people import make_group

    group = make_group()
    return make_login(groups=[group]).actor, make_login(groups=[group]).actor


def test_the_last_word_of_a_page_counts(unit, two):
    first, second = two
    for is_typing in (True, False, True):
        presence.be_here(unit, first, "company", 5, is_typing=is_typing)
    presence.be_here(unit, second, "company", 5, is_typing=False)
    presence.be_here(unit, second, "company", 6, is_typing=True)
    here = presence.around(unit, "company", 5, public_only=False).here
    assert here == [(first.user_id, first.label, True), (second.user_id, second.label, False)]


def test_a_page_that_has_been_silent_does_not_count(unit, two, monkeypatch):
    now = clock.now()
    presence.be_here(unit, two[0], "company", 5, is_typing=False)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=39))
    assert len(presence.around(unit, "company", 5, public_only=False).here) == 1
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=45))
    assert presence.around(unit, "company", 5, public_only=False) == ([], 0, None)


def test_the_newest_entry_is_told_as_far_as_it_is_public(unit, two):
    company = make_company()
    said = timeline.add_note(unit, company, "hello", is_public=True)
    unit.flush()
    kept = timeline.add_note(unit, company, "psst", is_public=False)
    unit.flush()
    presence.be_here(unit, two[0], "company", company.id, is_typing=False)
    assert presence.around(unit, "company", company.id, public_only=True).newest == said.id
    assert presence.around(unit, "company", company.id, public_only=False).newest == kept.id


def test_the_system_is_nowhere(unit):
    presence.be_here(unit, SYSTEM, "company", 5, is_typing=True)
    assert unit.execute(select(RecordPresence)).all() == []


def test_old_rows_are_tidied_up(app, cast, monkeypatch):
    now = clock.now()
    with app.app_context():
        for minutes, record_id in ((10, 1), (0, 2)):
            monkeypatch.setattr(clock, "now", lambda minutes=minutes: now - timedelta(minutes=minutes))
            with unit_of_work(write=True) as session, acting_as(SYSTEM):
                presence.be_here(session, cast.agent.actor, "company", record_id, is_typing=False)
        housekeeping.tidy_up({})
        with unit_of_work() as session:
            assert session.execute(select(RecordPresence.record_id)).scalars().all() == [2]
