"""Rows are counted and found by the first of two tables: the same rows, by whatever is asked."""

import pytest

from addons.incident.models import Incident
from app.db import unit_of_work
from app.records.search import matching
from app.sdk.actor import SYSTEM, acting_as
from app.web.narrowing import narrowed
from tests.fab.conftest import make_incident


@pytest.fixture
def some(app, cast):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        for number, caller in enumerate((cast.customer, cast.agent, cast.customer, cast.manager)):
            group = cast.first_line if number % 2 else cast.second_line
            make_incident(title=f"Printer {number}", caller=caller.person_id, group=group, contact_phone=str(number))


# What is asked, and whether the first table can tell.
ASKED = {
    "all": (lambda _cast: [], True),
    "a column of the first table": (lambda cast: [Incident.group_id == cast.first_line], True),
    "words": (lambda _cast: [matching(Incident, "printer")], True),
    "an id": (lambda _cast: [Incident.id.in_([1, 2])], True),
    "a relation": (lambda _cast: [Incident.caller.has(name="Name of customer")], True),
    "a column of the second table": (lambda _cast: [Incident.contact_phone == "2"], False),
    "both": (lambda cast: [(Incident.contact_phone == "1") | (Incident.group_id == cast.second_line)], False),
}


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("who", ["admin", "specialist", "customer"])
def test_the_same_rows(context, some, cast, asked, who):
    make, is_narrow = ASKED[asked]
    with unit_of_work() as session, acting_as(getattr(cast, who).actor):
        query = session.query(Incident).filter(*make(cast))
        found = narrowed(query, Incident, Incident.id, Incident.opened_at)
        assert sorted(row[0] for row in found) == sorted(row[0] for row in query.with_entities(Incident.id))
        assert ("incident.id" not in str(found)) is is_narrow
