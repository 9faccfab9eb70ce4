"""What is written and changed afterwards: every text is kept, and only those who may change it."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.organisation.services import company_service
from app.records import timeline, timeline_versions
from app.records.audit import entries as audit_of
from app.records.permissions import JOURNAL_EDIT_OTHERS
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Conflict, Forbidden, InvalidField, NotFound
from tests.support.people import make_actor, make_company

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
LI, WANG = (make_actor(["company.read", "company.write"], user_id=key) for key in (41, 42))
CHIEF = make_actor(["company.read", "company.write", JOURNAL_EDIT_OTHERS], user_id=43)


@pytest.fixture
def company(unit):
    return make_company()


def said(unit, company, body="first", by=LI):
    with acting_as(by):
        entry = timeline.add_note(unit, company, body, is_public=True)
        unit.flush()
    return entry


def edit(company, entry, body, by=LI, seen=None):
    with acting_as(by):
        return company_service.edit_entry(by, company.id, entry.id, body, seen)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.sampled_from(["a", "b", "打印", "<b>c</b>"]), max_size=6))
def test_every_text_that_it_had_is_kept_in_order(unit, company, texts):
    entry, wanted = said(unit, company), ["first"]
    for text in texts:
        edit(company, entry, text)
        if text != wanted[-1]:
            wanted.append(text)
    kept = [one.body for one in timeline_versions.versions(unit, entry)]
    assert [entry.body, *kept] == wanted[::-1]
    assert (entry.edited_at is None) == (len(wanted) == 1)


def test_audit_tells_both_texts(unit, company):
    edit(company, said(unit, company), "second")
    newest = audit_of(unit, "company", company.id)[0]
    assert (newest.field, newest.old, newest.new) == ("journal", "first", "second")


def test_only_ones_own_and_only_for_a_while(unit, company):
    entry = said(unit, company)
    with pytest.raises(Forbidden):
        edit(company, entry, "changed", by=WANG)
    entry.at = clock.now() - timedelta(hours=1)
    with pytest.raises(Forbidden):
        edit(company, entry, "changed")
    assert (entry.body, timeline_versions.versions(unit, entry)) == ("first", [])
    edit(company, entry, "changed", by=CHIEF)
    assert (entry.body, entry.actor_id) == ("changed", LI.user_id)


def test_refusals_change_nothing(unit, company):
    entry, step = said(unit, company), timeline.add_entry(unit, company, "transition", "done")
    unit.flush()
    edit(company, entry, "second")
    for body, wrong, seen in (("  ", InvalidField, None), ("x" * 1_000_001, InvalidField, None),
                              ("third", Conflict, "")):
        with pytest.raises(wrong):
            edit(company, entry, body, seen=seen)
    with pytest.raises(Forbidden):
        edit(company, step, "x", by=CHIEF)
    with pytest.raises(NotFound):
        company_service.edit_entry(SYSTEM, make_company().id, entry.id, "of another record")
    assert (entry.body, len(timeline_versions.versions(unit, entry)), step.body) == ("second", 1, "done")


def test_what_is_withdrawn_stays_with_its_reason_and_changes_no_more(unit, company):
    entry = said(unit, company)
    with pytest.raises(InvalidField):
        company_service.withdraw_entry(LI, company.id, entry.id, " ")
    company_service.withdraw_entry(LI, company.id, entry.id, "wrong ticket")
    assert (entry.body, entry.withdrawn_reason, entry.withdrawn_by_id) == ("first", "wrong ticket", LI.user_id)
    with pytest.raises(Forbidden):
        edit(company, entry, "again", by=CHIEF)


def test_a_call_has_a_direction_and_a_length(unit, company):
    call = company_service.add_call(LI, company.id, "Asked for news", direction="in", minutes=7)
    assert (call.kind, call.is_public, call.data) == ("call", False, {"direction": "in", "minutes": 7})
    for wrong in ({"direction": "up", "minutes": 1}, {"direction": "in", "minutes": -1}):
        with pytest.raises(InvalidField):
            company_service.add_call(LI, company.id, "x", **wrong)
    assert len(timeline.entries(unit, "company", company.id)) == 1
