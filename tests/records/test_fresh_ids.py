"""An id is given once: what is said of a record that is gone for good is never said of the next one."""

import pytest
from sqlalchemy import text

from addons.incident.models import Incident
from addons.incident.services import incident_service
from addons.ticket.models import Ticket
from app.db import fresh_ids
from app.organisation.models import Company
from app.organisation.services import company_service, member_service, person_service, work_group_service
from app.records import attachments, audit, deleted
from app.records.ending import Choice
from app.sdk.actor import SYSTEM
from tests.support.people import make_company, make_group, make_person

KINDS = {
    "company": (company_service, make_company),
    "person": (person_service, make_person),
    "work_group": (work_group_service, make_group),
    "incident": (incident_service, lambda: incident_service.create(
        SYSTEM, {"title": "It is broken", "caller": make_person()})),
}


def purged(unit, kind):
    service, make = KINDS[kind]
    record = make()
    attachments.add(unit, record, "a.txt", b"of the old one")
    service.delete(SYSTEM, record.id, "Twice", Choice("delete"))
    service.purge(SYSTEM, record.id)
    return record.id


@pytest.mark.parametrize("kind", KINDS)
def test_the_next_record_has_an_id_and_a_history_of_its_own(unit, kind):
    old = purged(unit, kind)
    new = KINDS[kind][1]()
    assert new.id > old
    assert [entry.action for entry in audit.entries(unit, kind, new.id)] == ["create"]
    assert (attachments.of_record(unit, kind, new.id), deleted.find(unit, kind, new.id)) == ([], None)


def test_so_has_each_of_several_in_one_flush_and_what_is_brought_in_by_bulk(unit):
    old = purged(unit, "incident")
    taken = fresh_ids.take_ids(unit.connection(), Ticket.__table__, Incident.record_type(), 2)
    assert min(taken) > old
    old = purged(unit, "company")
    several = [Company(name=name) for name in ("one", "two", "three")]
    unit.add_all(several)
    unit.flush()
    ids = [one.id for one in several]
    assert ids == sorted(set(ids))
    assert ids[0] > old


def test_so_has_what_has_no_bin_and_the_creation_is_told_alike(unit):
    group, person = make_group(), make_person()
    first = member_service.create(SYSTEM, {"group": group, "person": person})
    old = first.id
    member_service.delete(SYSTEM, old)
    second = member_service.create(SYSTEM, {"group": group, "person": person})
    assert second.id > old
    [entry] = audit.entries(unit, "group_member", second.id)
    assert "id" not in entry.new


def test_a_table_that_was_made_again_goes_on(unit):
    old = purged(unit, "company")
    if unit.get_bind().dialect.name == "postgresql":
        unit.execute(text("ALTER SEQUENCE company_id_seq RESTART"))
    fresh_ids.go_on(unit.connection(), Company.__table__)
    assert make_company().id > old
