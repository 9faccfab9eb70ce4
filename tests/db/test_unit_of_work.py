"""One transaction for each request, job and command, and only it commits."""

import pytest
from sqlalchemy import func, select, text

from app.db import WriteOutsideUnit, after_commit, db, doom, unit_of_work
from app.db.unit import Doomed
from app.organisation.models import Company
from app.records.picklists import Picklist
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import make_company


@pytest.fixture(autouse=True)
def _system(context):
    with acting_as(SYSTEM):
        yield


def names():
    with unit_of_work() as session:
        return set(session.execute(select(Company.name)).scalars())


class TestEnd:
    def test_commits(self):
        with unit_of_work(write=True):
            make_company(name="kept")
        assert names() == {"kept"}

    def test_an_error_rolls_everything_back(self):
        with pytest.raises(ZeroDivisionError), unit_of_work(write=True):
            make_company(name="lost")
            raise ZeroDivisionError
        assert names() == set()

    def test_an_inner_unit_joins_the_outer(self):
        with pytest.raises(ZeroDivisionError), unit_of_work(write=True) as outer:
            with unit_of_work(write=True) as inner:
                assert inner is outer
                make_company(name="lost")
            raise ZeroDivisionError
        assert names() == set()

    def test_a_reader_may_be_inside_a_writer(self):
        with unit_of_work(write=True):
            make_company(name="kept")
            with unit_of_work():
                assert db.session.execute(select(Company.name)).scalar() == "kept"
        assert names() == {"kept"}

    def test_a_writer_inside_a_reader_is_a_fault(self):
        with unit_of_work(), pytest.raises(WriteOutsideUnit), unit_of_work(write=True):
            pass

    def test_commit_within_only_flushes(self):
        with pytest.raises(ZeroDivisionError), unit_of_work(write=True) as session:
            make_company(name="lost")
            session.commit()
            raise ZeroDivisionError
        assert names() == set()

    def test_a_rollback_within_dooms_the_unit(self):
        with pytest.raises(Doomed), unit_of_work(write=True) as session:
            make_company(name="lost")
            session.rollback()
            make_company(name="lost too")
        assert names() == set()

    def test_doom(self):
        with pytest.raises(Doomed), unit_of_work(write=True):
            make_company(name="lost")
            doom()
        assert names() == set()

    def test_a_unit_after_a_failed_one_is_whole(self):
        with pytest.raises(ZeroDivisionError), unit_of_work(write=True):
            raise ZeroDivisionError
        with unit_of_work(write=True):
            make_company(name="kept")
        assert names() == {"kept"}

    def test_what_was_read_stays_readable(self):
        with unit_of_work(write=True):
            made = make_company(name="kept")
        assert made.name == "kept"


class TestSavepoints:
    def test_one_is_rolled_back_alone(self):
        with unit_of_work(write=True) as session:
            make_company(name="before")
            with pytest.raises(ZeroDivisionError), session.begin_nested():
                make_company(name="inside")
                raise ZeroDivisionError
            make_company(name="after")
        assert names() == {"before", "after"}

    def test_nested_ones(self):
        with unit_of_work(write=True) as session, session.begin_nested():
            make_company(name="outer")
            with pytest.raises(ZeroDivisionError), session.begin_nested():
                make_company(name="inner")
                raise ZeroDivisionError
        assert names() == {"outer"}

    def test_its_changes_are_not_audited(self):
        with unit_of_work(write=True) as session:
            with pytest.raises(ZeroDivisionError), session.begin_nested():
                make_company(name="inside")
                raise ZeroDivisionError
            make_company(name="after")
        with unit_of_work() as session:
            recorded = session.execute(text("SELECT count(*) FROM audit_entry WHERE record_type = 'company'")).scalar()
        assert recorded == 1


class TestAfterCommit:
    def test_runs_once_the_outermost_unit_has_committed(self):
        seen = []
        with unit_of_work(write=True):
            with unit_of_work(write=True):
                make_company(name="kept")
                after_commit(lambda: seen.append(names()))
            assert seen == []
        assert seen == [{"kept"}]

    def test_is_dropped_on_rollback(self):
        seen = []
        with pytest.raises(ZeroDivisionError), unit_of_work(write=True):
            after_commit(lambda: seen.append(1))
            raise ZeroDivisionError
        assert seen == []

    def test_needs_a_unit(self):
        with pytest.raises(WriteOutsideUnit):
            after_commit(print)


class TestWritingOutside:
    def test_a_flush_in_a_reader_is_a_fault(self):
        with pytest.raises(WriteOutsideUnit), unit_of_work() as session:
            session.add(Picklist(code="x", label={"en": "X"}))
            session.flush()

    def test_a_commit_of_a_reader_with_changes_is_a_fault(self):
        with pytest.raises(WriteOutsideUnit), unit_of_work() as session:
            session.add(Picklist(code="x", label={"en": "X"}))
            session.commit()

    def test_a_change_without_a_unit_is_a_fault(self):
        db.session.add(Picklist(code="x", label={"en": "X"}))
        with pytest.raises(WriteOutsideUnit):
            db.session.commit()
        db.session.rollback()

    def test_a_change_left_at_the_end_of_a_reader_is_a_fault(self):
        with pytest.raises(WriteOutsideUnit), unit_of_work() as session:
            session.execute(select(Picklist)).scalars().first().is_tree = True

    def test_a_lock_in_a_reader_is_a_fault(self):
        with pytest.raises(WriteOutsideUnit), unit_of_work() as session:
            session.execute(select(Picklist).with_for_update()).scalars().first()

    def test_a_row_rolled_back_from_a_reader_does_not_reach_the_next_unit(self):
        with pytest.raises(ZeroDivisionError), unit_of_work() as session:
            session.add(Picklist(code="stray", label={"en": "X"}))
            raise ZeroDivisionError
        with unit_of_work(write=True) as session:
            session.flush()
            found = session.execute(select(func.count()).select_from(Picklist).where(Picklist.code == "stray")).scalar()
        assert found == 0
