"""Values of custom fields that name a record are among its uses, and follow it when it is replaced or merged."""

import pytest
from sqlalchemy import insert, select

from app.db import past_audit
from app.organisation.services import company_service, person_service
from app.records.audit import AuditEntry
from app.records.custom import writing
from app.records.custom.models import CustomField, CustomValue
from app.records.custom.services import custom_field_service
from app.records.ending import REPLACE, Choice
from app.records.services import picklist_service
from app.records.uses import InUse, uses_of
from app.sdk.actor import SYSTEM
from app.web.uses import lines_of
from tests.support.people import make_actor, make_company, make_person


def buddy(company):
    return {code: one.plain for code, one in writing.held_by(company).items()}


def text_of(unit):
    return unit.execute(select(CustomValue.text).order_by(CustomValue.id)).scalars().all()


def told(unit, company):
    return unit.execute(select(AuditEntry.old, AuditEntry.new).where(
        AuditEntry.record_type == "company", AuditEntry.record_id == company.id,
        AuditEntry.field == "custom_fields.buddy").order_by(AuditEntry.id)).all()


@pytest.fixture
def two(unit):
    custom_field_service.create(SYSTEM, {"subject": "company", "code": "buddy", "kind": "person",
                                         "label": {"en": "Buddy", "zh": "伙伴"}})
    loser, winner = make_person(name="Lou"), make_person(name="Win")
    company = company_service.create(SYSTEM, {"name": "Acme", "custom_fields": {"buddy": loser.id}})
    return loser, winner, company


def test_they_are_told_and_stand_in_the_way(app, unit, two):
    loser, _winner, company = two
    (use,) = uses_of(unit, loser)
    assert (use.column, use.total, use.seen) == ("custom_fields.buddy", 1, 1)
    with app.test_request_context():
        (line,) = lines_of([use], loser.id, SYSTEM)
        assert (line.label, line.number) in (("Buddy", 1), ("伙伴", 1))
        (line,) = lines_of([use], loser.id, make_actor())
        assert (line.number, line.hidden, line.url) == (0, 1, "")
    with pytest.raises(InUse):
        person_service.delete(SYSTEM, loser.id, "gone")
    company_service.delete(SYSTEM, company.id, "gone")
    assert uses_of(unit, loser) == []


def test_they_follow_a_replacement(unit, two):
    loser, winner, company = two
    person_service.delete(SYSTEM, loser.id, "gone", Choice(REPLACE, winner.id))
    assert (buddy(company), text_of(unit)) == ({"buddy": winner.id}, ["Win"])
    assert tuple(told(unit, company)[-1]) == (loser.id, winner.id)


def test_they_follow_a_merge_and_its_undoing(unit, two):
    loser, winner, company = two
    made = person_service.merge(SYSTEM, winner.id, loser.id)
    assert (buddy(company), uses_of(unit, winner)[0].total) == ({"buddy": winner.id}, 1)
    person_service.undo_merge(SYSTEM, made.id)
    assert (buddy(company), text_of(unit)) == ({"buddy": loser.id}, ["Lou"])
    assert [tuple(row) for row in told(unit, company)][-2:] == [(loser.id, winner.id), (winner.id, loser.id)]


@past_audit("a field of several rows of a record set, without the pages that choose them")
def make_both(unit, field_id, company, people):
    for place, one in enumerate(people):
        unit.connection().execute(insert(CustomValue.__table__).values(
            record_type="company", record_id=company.id, field_id=field_id, place=place, text=one.name,
            ref_type="person", ref_id=one.id))


def test_a_field_of_several_names_the_winner_once(unit, two):
    loser, winner, _company = two
    people = picklist_service.create(SYSTEM, {
        "code": "people", "label": {"en": "People", "zh": "人员"}, "source_type": "person"})
    field = custom_field_service.create(SYSTEM, {
        "subject": "company", "code": "team", "kind": "choices", "picklist": people, "label": {"en": "Team"}})
    other = make_company(name="Other")
    make_both(unit, field.id, other, (loser, winner))
    assert {one.column for one in uses_of(unit, winner)} == {"custom_fields.team"}
    made = person_service.merge(SYSTEM, winner.id, loser.id)
    assert buddy(other)["team"] == [winner.id]
    person_service.undo_merge(SYSTEM, made.id)
    assert buddy(other)["team"] == [loser.id, winner.id]
    assert unit.get(CustomField, field.id) is not None
