"""External keys: one id in two systems are two records; what is there is changed, nothing where all is the same."""

import pytest
from sqlalchemy import func, select

from app.db import session, unit_of_work
from app.organisation.models import Person
from app.organisation.services import person_service
from app.records.audit import AuditEntry
from app.records.origins import ImportOrigin
from app.sdk.actor import SYSTEM, acting_as
from tests.exchange.conftest import bring_in

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
HR, CRM = "hr", "crm"


def people_file(phone="1", name="王伟"):
    return f"外部编号,姓名,电话,部门\nA-1,{name},{phone},研发部\n".encode()


def numbers():
    with unit_of_work(), acting_as(SYSTEM):
        return [session().execute(select(func.count()).select_from(table)).scalar_one()
                for table in (Person, ImportOrigin, AuditEntry)]


def test_one_id_of_two_systems_is_two_records(admin):
    for source, phone in ((HR, "1"), (CRM, "2")):
        assert bring_in(admin, people_file(phone), "x.csv", source=source)[0].created == 1
    run, _faults = bring_in(admin, people_file("3"), "x.csv", source=CRM)
    assert (run.created, run.changed) == (0, 1)
    with unit_of_work(), acting_as(SYSTEM):
        rows = session().execute(select(Person.phone).where(Person.name == "王伟").order_by(Person.id)).scalars().all()
        origins = session().execute(select(ImportOrigin.source, ImportOrigin.reference)).all()
    assert rows == ["1", "3"]
    assert {tuple(one) for one in origins} == {(HR, "A-1"), (CRM, "A-1")}


def test_the_same_again_writes_nothing_and_a_change_one_row(admin):
    bring_in(admin, people_file(), "x.csv", source=HR)
    people, origins, audited = numbers()
    run, _faults = bring_in(admin, people_file(), "x.csv", source=HR)
    # Five rows of audit tell of the import itself.
    assert (run.unchanged, numbers()) == (1, [people, origins, audited + 5])
    run, _faults = bring_in(admin, people_file(name="王大伟"), "x.csv", source=HR)
    assert (run.changed, numbers()) == (1, [people, origins, audited + 5 + 5 + 1])


def test_one_whose_record_was_deleted_comes_anew(admin):
    bring_in(admin, people_file(), "x.csv", source=HR)
    with unit_of_work(write=True), acting_as(SYSTEM):
        person = session().execute(select(Person).where(Person.name == "王伟")).scalar_one()
        person_service.delete(SYSTEM, person.id, "gone")
    run, faults = bring_in(admin, people_file(), "x.csv", source=HR)
    assert (run.created, faults) == (1, [])
    assert bring_in(admin, people_file(), "x.csv", source=HR)[0].unchanged == 1


def test_others_may_be_named_by_their_external_key(admin):
    bring_in(admin, people_file(), "x.csv", source=HR)
    run, faults = bring_in(admin, "外部编号,姓名,经理\nA-2,李娜,A-1\nA-3,张敏,B-9\n".encode(), "x.csv", source=HR,
                           mapping={"0": "@external", "1": "name", "2": "manager"})
    assert (run.created, [(one.row, one.value) for one in faults]) == (1, [(3, "B-9")])
