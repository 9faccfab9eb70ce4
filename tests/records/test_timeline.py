"""Timeline: everything that was said or done, in order, public only where it was meant so."""

from datetime import timedelta

import pytest

from app.records import timeline
from app.sdk import clock
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


class TestParts:
    @pytest.fixture
    def told(self, unit):
        """A company with 7 entries of several kinds, two of them at the same moment."""
        company = make_company()
        for number, kind in enumerate(("note", "transition", "reply", "file", "system", "call", "mail")):
            entry = timeline.add_entry(unit, company, kind, f"{number}", is_public=kind == "reply")
            unit.flush()
            entry.at = clock.now() - timedelta(minutes=10 - min(number, 5))
        unit.flush()
        return company

    def bodies(self, unit, company, **asked):
        public_only = asked.pop("public_only", False)
        found = timeline.entries(unit, "company", company.id, public_only=public_only,
                                 stretch=timeline.Stretch(**asked))
        return "".join(one.body for one in found)

    def test_a_part_holds_its_kinds(self, unit, told):
        assert self.bodies(unit, told) == "6543210"
        assert self.bodies(unit, told, part="conversation") == "6520"
        assert self.bodies(unit, told, part="steps") == "41"
        assert self.bodies(unit, told, part="files") == "3"
        assert self.bodies(unit, told, part="conversation", public_only=True) == "2"

    def test_page_by_page_nothing_is_lost_and_nothing_comes_twice(self, unit, told):
        seen, before = [], None
        while page := timeline.entries(unit, "company", told.id,
                                       stretch=timeline.Stretch(before=before, limit=2)):
            seen += page
            before = page[-1].id
        assert "".join(one.body for one in seen) == "6543210"

    def test_what_came_since(self, unit, told):
        ids = [one.id for one in timeline.entries(unit, "company", told.id)]
        assert self.bodies(unit, told, after=ids[2]) == "65"
        assert self.bodies(unit, told, after=ids[0]) == ""

    def test_an_entry_of_another_record_is_no_place_to_go_on_from(self, unit, told):
        other = timeline.add_entry(unit, make_company(), "note", "x")
        unit.flush()
        assert self.bodies(unit, told, before=other.id) == ""
