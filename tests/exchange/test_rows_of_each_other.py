"""Rows that name each other: in any order of the file, and judged rightly by a dry run that writes nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.db import session, unit_of_work
from app.exchange import jobs
from app.exchange.promises import ordered
from app.organisation.models import Company, Person
from app.sdk.actor import SYSTEM, acting_as
from tests.exchange.conftest import bring_in
from tests.exchange.test_going_on import small_batches

COUNT = 40
# Each has the next one as manager; the last has none.
CHAIN = [f"E{number:02d},Person {number},{f'E{number + 1:02d}' if number < COUNT - 1 else ''}," for number in
         range(COUNT)]
HEAD = "Employee number,Full name,Manager,Joined on"


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(jobs, "Batches", small_batches)


def managed():
    manager = aliased(Person)
    with unit_of_work(), acting_as(SYSTEM):
        return dict(session().execute(select(Person.name, manager.name).join(
            manager, manager.id == Person.manager_id)).all())


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestFiles:
    @pytest.mark.parametrize("turned", [False, True])
    def test_a_dry_run_says_what_the_import_does(self, admin, small, turned):
        content = "\n".join([HEAD, *(reversed(CHAIN) if turned else CHAIN)]).encode()
        tried, faults = bring_in(admin, content, "x.csv", is_trial=True)
        assert [(one.row, one.value) for one in faults] == []
        with unit_of_work(), acting_as(SYSTEM):
            assert session().execute(select(func.count()).select_from(Person).where(
                Person.name.like("Person %"))).scalar_one() == 0
        run, faults = bring_in(admin, content, "x.csv")
        assert (run.created, run.refused, faults) == (tried.created, 0, []) == (COUNT, 0, [])
        assert managed()["Person 0"] == "Person 1"
        again, _faults = bring_in(admin, content, "x.csv", is_trial=True)
        assert again.unchanged == COUNT

    def test_what_rests_on_a_refused_row_is_refused_in_both(self, admin, small):
        content = "\n".join([HEAD, *CHAIN]).encode() + b"2026-02-30"
        tried, told = bring_in(admin, content, "x.csv", is_trial=True)
        run, faults = bring_in(admin, content, "x.csv")
        assert {one.row for one in told} == {one.row for one in faults} == set(range(2, COUNT + 2))
        assert (tried.refused, run.refused, managed()) == (COUNT, COUNT, {})

    def test_parents_come_in_any_order_and_circles_are_named(self, admin):
        content = b"name,code,parent\nLeaf,L,B\nBranch,B,R\nRoot,R,\nX,X,Y\nY,Y,X\nZ,Z,Z\n"
        run, faults = bring_in(admin, content, "x.csv", "organisation/companies")
        assert (run.created, {one.row for one in faults}) == (3, {5, 6, 7})
        with unit_of_work(), acting_as(SYSTEM):
            leaf = session().execute(select(Company).where(Company.code == "L")).scalar_one()
            assert (leaf.parent.name, leaf.parent.parent.name) == ("Branch", "Root")


@given(st.lists(st.integers(0, 12), min_size=1, max_size=13))
@settings(max_examples=60, deadline=None)
def test_the_order_of_rows(above):
    rows = [[str(place), str(one)] for place, one in enumerate(above)]
    found = ordered(rows, [0], [1])
    assert sorted(found) == list(range(len(rows)))
    again = ordered([rows[place] for place in found], [0], [1])
    at = {place: number for number, place in enumerate(found)}

    def in_a_circle(place):
        seen = set()
        while place < len(above) and place not in seen:
            seen.add(place)
            place = above[place]
        return place < len(above)

    assert all(at[one] < at[place] for place, one in enumerate(above)
               if one < len(above) and not in_a_circle(place))
    assert any(map(in_a_circle, range(len(above)))) or again == list(range(len(rows)))
