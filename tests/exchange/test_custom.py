"""Custom fields, and what a record has several of, from a file: by label or key, checked as on forms."""

import pytest
from sqlalchemy import func, select

from app.db import session, unit_of_work
from app.organisation.models import Company, Person
from app.organisation.skills import SKILLS, PersonSkill
from app.records.audit import AuditEntry
from app.records.custom import writing
from app.records.custom.services import custom_field_service
from app.records.picklists import Picklist
from app.records.services import picklist_service, picklist_value_service
from app.sdk.actor import SYSTEM, acting_as
from tests.exchange.conftest import bring_in

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
HEAD = "工号,姓名,楼层,Doors,price,Due,Hot,Helper,Room\n"


def make_fields():
    """Fields of people of most kinds; the rooms depend on the floors."""
    floors = picklist_service.create(SYSTEM, {"code": "floors", "label": {"en": "Floors", "zh": "楼层"}})
    rooms = picklist_service.create(
        SYSTEM, {"code": "rooms", "label": {"en": "Rooms", "zh": "房间"}, "depends_on": floors})
    made = {code: picklist_value_service.create(
        SYSTEM, {"picklist": floors, "code": code, "label": {"en": code.title(), "zh": zh}})
        for code, zh in (("ground", "底层"), ("first", "一层"))}
    for code, under in (("hall", "ground"), ("office", "first")):
        picklist_value_service.create(SYSTEM, {
            "picklist": rooms, "code": code, "label": {"en": code.title(), "zh": code}, "under": [made[under].id]})
    for code, kind, more in (
        ("floor", "choice", {"picklist": floors, "label": {"en": "Floor", "zh": "楼层"}}),
        ("doors", "choices", {"picklist": floors}), ("price", "number", {}), ("due", "date", {"minimum": "2020-01-01"}),
        ("hot", "bool", {}), ("helper", "person", {}), ("room", "choice", {"picklist": rooms}), ("paper", "file", {}),
    ):
        custom_field_service.create(SYSTEM, {
            "subject": "person", "code": code, "kind": kind, "label": {"en": code.title(), "zh": code}, **more})


@pytest.fixture
def fields(admin):
    with unit_of_work(write=True), acting_as(SYSTEM):
        make_fields()


def held(number):
    with unit_of_work(), acting_as(SYSTEM):
        person = session().execute(select(Person).where(Person.employee_number == number)).scalar_one()
        return {code: one.plain for code, one in writing.held_by(person).items()}


def audited():
    with unit_of_work(), acting_as(SYSTEM):
        return session().execute(select(func.count()).select_from(AuditEntry).where(
            AuditEntry.record_type == "person", AuditEntry.record_id > 0)).scalar_one()


def test_values_by_label_or_key_and_twice_changes_nothing(admin, fields):
    rows = ("E1,王伟,底层,First; ground,\"1,234.5\",2026年3月1日,是,,大堂\n"
            "E2,李娜,first,一层,7,2026-03-02,no,E1,office\n").replace("大堂", "hall")
    content = (HEAD + rows).encode()
    run, faults = bring_in(admin, content, "x.csv")
    assert (run.created, faults) == (2, [])
    assert set(run.mapping.values()) >= {f"custom_fields.{one}" for one in ("floor", "doors", "price", "room")}
    assert held("E1") == {"floor": "ground", "doors": ["first", "ground"], "price": 1234.5, "due": "2026-03-01",
                          "hot": True, "room": "hall"}
    assert held("E2")["helper"] is not None
    before = audited()
    run, _faults = bring_in(admin, content, "x.csv")
    assert (run.unchanged, audited()) == (2, before)
    run, _faults = bring_in(admin, content.replace("李娜,first".encode(), "李娜,ground".encode()).replace(
        b"E1,office", b"E1,hall"), "x.csv")
    assert (run.changed, run.unchanged, audited()) == (1, 1, before + 2)
    assert held("E2")["floor"] == "ground"


def test_what_is_wrong_is_named_by_its_heading(admin, fields):
    rows = ("E1,王伟,屋顶,,,,,,\n" "E2,李娜,,first;cellar,,,,,\n" "E3,张敏,,,many,,,,\n" "E4,刘芳,,,,2019-01-01,,,\n"
            "E5,陈静,,,,,,nobody,\n" "E6,杨洋,first,,,,,,hall\n" "E7,赵磊,first,,,,,,office\n")
    run, faults = bring_in(admin, (HEAD + rows).encode(), "x.csv")
    assert [(one.row, one.column) for one in faults] == [
        (2, "楼层"), (3, "Doors"), (4, "price"), (5, "Due"), (6, "Helper"), (7, "Room")]
    assert run.created == 1


def test_several_kinds_and_skills(admin):
    run, faults = bring_in(admin, "name,kinds\nA,客户;Supplier\nB,供应商、制造商\nC,friend\n".encode(), "x.csv",
                           "organisation/companies", key_field="")
    assert (run.created, [one.row for one in faults]) == (2, [4])
    with unit_of_work(write=True), acting_as(SYSTEM):
        found = session().execute(select(Company).where(Company.name.in_(["A", "B"])).order_by(Company.name)).scalars()
        assert [(one.is_customer, one.is_supplier, one.is_manufacturer) for one in found] == [
            (True, True, False), (False, True, True)]
        skills = session().execute(select(Picklist).where(Picklist.code == SKILLS)).scalar_one()
        for code in ("cobol",):
            picklist_value_service.create(SYSTEM, {"picklist": skills, "code": code, "label": {"en": code.title()}})
    for text, expected in (("linux; Cobol (Expert)", {"linux": 2, "cobol": 3}), ("linux（1）", {"linux": 1})):
        content = f"工号,姓名,技能\nE1,王伟,{text}\n".encode()
        bring_in(admin, content, "x.csv")
        with unit_of_work(), acting_as(SYSTEM):
            rows = session().execute(select(PersonSkill.skill, PersonSkill.level)).all()
        assert {row.skill: row.level for row in rows} == expected
        assert bring_in(admin, content, "x.csv")[0].unchanged == 1
