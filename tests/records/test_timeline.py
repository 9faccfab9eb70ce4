"""Timeline: everything that was said or done, in order, public only where it was meant so."""

import pytest

from app.records import timeline
from app.sdk.actor import Actor, acting_as
from app.sdk.errors import InvalidField
from tests.support.people import make_company


def test_the_newest_is_first_and_says_who(unit):
    company = make_company()
    with acting_as(Actor(user_id=4, label="Li Na")):
        timeline.add_note(unit, company, "  first  ", is_public=False)
        timeline.add_note(unit, company, "second", is_public=True)
    unit.flush()
    found = timeline.entries(unit, "company", company.id)
    assert [(e.kind, e.body, e.is_public, e.actor_id, e.actor_label) for e in found] == [
        ("reply", "second", True, 4, "Li Na"), ("note", "first", False, 4, "Li Na"),
    ]


def test_only_what_is_public_is_shown_to_a_customer(unit):
    company = make_company()
    timeline.add_note(unit, company, "internal", is_public=False)
    timeline.add_note(unit, company, "public", is_public=True)
    timeline.add_entry(unit, company, "transition", data={"action": "resolve"})
    unit.flush()
    assert [entry.body for entry in timeline.entries(unit, "company", company.id, public_only=True)] == ["public"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("body", ["", "   ", "\n\t"])
def test_nothing_said_is_refused(unit, body):
    with pytest.raises(InvalidField) as refused:
        timeline.add_note(unit, make_company(), body, is_public=False)
    assert set(refused.value.fields) == {"body"}


def test_each_record_has_its_own(unit):
    one, other = make_company(), make_company()
    timeline.add_note(unit, one, "one", is_public=False)
    unit.flush()
    assert timeline.entries(unit, "company", other.id) == []
    assert timeline.entries(unit, "person", one.id) == []
