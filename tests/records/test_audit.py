"""Audit: exactly one row a changed field, in the same transaction, with actor, way and cause."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.db import unit_of_work
from app.organisation.models import Company
from app.organisation.services import company_service
from app.records.audit import AuditEntry
from app.sdk.actor import SYSTEM, Actor, acting_as
from app.sdk.errors import InvalidField
from tests.support.people import make_company

LI_NA = Actor(user_id=7, label="Li Na", permissions=frozenset({"company.read", "company.write"}))
LETTERS = st.characters(codec="utf-8", exclude_characters="\0")
TEXT = st.none() | st.text(LETTERS, min_size=1, max_size=20).map(str.strip)
ADDRESS = st.none() | st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.cn", fullmatch=True)
FIELDS = {"name": st.text("abcdef", min_size=1, max_size=5), "address": TEXT, "email": ADDRESS,
          "is_active": st.booleans(), "is_key_customer": st.booleans()}


def rows(session, record=None, action=None):
    statement = select(AuditEntry).where(AuditEntry.record_type == "company").order_by(AuditEntry.id)
    if record is not None:
        statement = statement.where(AuditEntry.record_id == record.id)
    if action is not None:
        statement = statement.where(AuditEntry.action == action)
    return list(session.execute(statement).scalars())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.fixed_dictionaries(FIELDS), change=st.fixed_dictionaries({}, optional=FIELDS))
def test_one_row_a_changed_field(unit, before, change):
    company = make_company(**before)
    present = {name: getattr(company, name) for name in FIELDS}
    company_service.update(SYSTEM, company.id, change)
    after = {name: getattr(company, name) for name in FIELDS}
    written = rows(unit, company, "update")
    assert {entry.field: (entry.old, entry.new) for entry in written} == {
        name: (present[name], after[name]) for name in FIELDS if present[name] != after[name]
    }
    assert len(written) == len({entry.field for entry in written})


def test_says_who_when_how_and_why(unit, system):
    with acting_as(LI_NA, via="api", cause="rule 7", request_id="r-1", ip="192.0.2.1"):
        company = make_company(name="Acme")
        entry = rows(unit, company)[0]
    assert (entry.actor_id, entry.actor_label, entry.via, entry.cause) == (7, "Li Na", "api", "rule 7")
    assert (entry.request_id, entry.ip, entry.action, entry.field) == ("r-1", "192.0.2.1", "create", None)
    assert entry.new["name"] == "Acme"
    assert not {"version", "created_at", "updated_at"} & set(entry.new)


def test_a_deletion_keeps_what_was_there(unit):
    company = make_company(name="Acme", code="A")
    unit.delete(company)
    unit.flush()
    entry = rows(unit, action="delete")[0]
    assert (entry.record_id, entry.old["name"], entry.old["code"], entry.new) == (company.id, "Acme", "A", None)


def test_nothing_is_written_where_nothing_changed(unit):
    company = make_company(name="Acme")
    company_service.update(SYSTEM, company.id, {"name": "Acme", "code": None})
    assert [entry.action for entry in rows(unit, company)] == ["create"]


def test_a_rolled_back_change_leaves_none(context):
    with pytest.raises(ZeroDivisionError), unit_of_work(write=True), acting_as(SYSTEM):
        make_company()
        raise ZeroDivisionError
    with unit_of_work() as session, acting_as(SYSTEM):
        assert rows(session) == []


def test_two_flushes_of_one_field_are_two_steps(unit):
    company = make_company(name="a")
    for name in ("b", "c"):
        company.name = name
        unit.flush()
    assert [(entry.old, entry.new) for entry in rows(unit, company, "update")] == [("a", "b"), ("b", "c")]


def test_who_may_see_a_record_does_not_matter_for_writing_its_audit(unit):
    with acting_as(Actor(user_id=9, label="x", permissions=frozenset({"company.write"}))):
        unit.add(Company(name="blind"))
        unit.flush()
    assert rows(unit)[0].actor_id == 9


def test_the_count_of_rows_is_that_of_changed_fields_over_many_records(unit):
    companies = [make_company(name=f"c{number}") for number in range(5)]
    for company in companies:
        company.phone, company.email = "1", "a@b.example"
    unit.flush()
    assert unit.execute(select(func.count()).where(AuditEntry.action == "update", AuditEntry.record_type == "company")
                        .select_from(AuditEntry)).scalar() == 10



def test_a_flush_that_failed_leaves_none(unit):
    make_company(name="first", code="taken")
    with pytest.raises(InvalidField), unit.begin_nested():
        make_company(name="second", code="taken")
    third = make_company(name="third")
    assert [(entry.record_id, entry.new["name"]) for entry in rows(unit)[1:]] == [(third.id, "third")]


def test_a_refused_change_leaves_none(unit):
    make_company(name="first", code="taken")
    second = make_company(name="second")
    with pytest.raises(InvalidField), unit.begin_nested():
        company_service.update(SYSTEM, second.id, {"code": "taken"})
    company_service.update(SYSTEM, second.id, {"phone": "1"})
    assert [(entry.field, entry.new) for entry in rows(unit, second, "update")] == [("phone", "1")]
