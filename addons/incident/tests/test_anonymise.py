"""Anonymising: no column of any table holds what was planted, tickets stay as they are, and the log verifies."""

import json
from datetime import date

import pytest
from sqlalchemy import func, insert, select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from app.db import Model, session, system_scope, unit_of_work
from app.exchange.models import ImportFault, ImportRun
from app.organisation.anonymising import anonymiser, certificate_service
from app.organisation.clearance import NONE, Wish, clearance_service
from app.organisation.models import Company, Person
from app.organisation.permissions import PERSON_ANONYMISE, PERSON_WRITE
from app.organisation.pictures import change_picture
from app.organisation.services import company_contact_service, contact_method_service, person_service
from app.records import attachments
from app.records.audit import AuditEntry
from app.records.audit_chain import AuditSeal
from app.records.links import RecordLink
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import BusinessError, Conflict, Forbidden, InvalidField, MissingFields
from app.security.services import token_service, user_service
from app.security.tokens import NewToken
from tests.records.test_audit_chain import faults, seal_all
from tests.support.people import (
    AGENT,
    log_in,
    make_actor,
    make_administrator,
    make_company,
    make_group,
    make_login,
    make_person,
    submit,
)

NAME, OLD_NAME, TWIN = "欧阳桂英", "欧阳旧名", "Ouyang Guiying Twin"
PLANTED = (NAME, OLD_NAME, TWIN, "13987654321", "02155667788", "gui.ying@planted.example", "old.mail@planted.example",
           "EMP-77315", "guiying77", "wx-guiying-secret", "portrait-of-guiying.png", "note on guiying", "1987-03-14")
# What people wrote in their own words is theirs and stays.
FREE_TEXT = {("ticket", "title"), ("ticket", "description"), ("timeline_entry", "body"), ("incident", "solution"),
             ("search_entry", "tokens")}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


class Planted:
    """Somebody whose data lies wherever the desk puts it."""

    def __init__(self):
        self.group = make_group()
        login = make_login(AGENT, groups=[self.group], username="guiying77", name=OLD_NAME,
                           email="gui.ying@planted.example")
        self.id, self.user_id = login.person_id, login.user_id
        person_service.update(SYSTEM, self.id, {
            "name": NAME, "email": "old.mail@planted.example", "phone": "13987654321", "employee_number": "EMP-77315",
            "company": make_company(name="Planted GmbH"), "job_title": "Buyer",
            "joined_on": date(1987, 3, 14)})
        person_service.update(SYSTEM, self.id, {"email": "gui.ying@planted.example"})
        contact_method_service.create(SYSTEM, {"person": self.id, "kind": "wechat", "value": "wx-guiying-secret"})
        gone = contact_method_service.create(SYSTEM, {"person": self.id, "kind": "phone", "value": "02155667788"})
        contact_method_service.delete(SYSTEM, gone.id)
        twin = make_person(name=TWIN, phone="02155667788")
        person_service.merge(SYSTEM, self.id, twin.id)
        self.twin = twin.id
        company = session().execute(select(Company.id).where(Company.name == "Planted GmbH")).scalar_one()
        company_contact_service.create(SYSTEM, {"company": company, "person": self.id, "note": "note on guiying"})
        person = person_service.get_for_update(self.id)
        attachments.add(session(), person, "portrait-of-guiying.png", PNG)
        actor = make_actor(["incident.read", "incident.read_all", "incident.write", "person.read", "work_group.read"],
                           person=person, groups=[self.group], user_id=self.user_id)
        with acting_as(actor, ip="10.9.8.7"):
            token_service.create(actor, NewToken("key of guiying77"))
            self.own = incident_service.create(actor, {"title": f"By {NAME}", "caller": self.id})
            incident_service.add_note(actor, self.own.id, f"Call {NAME}", is_public=True)
            attachments.add(session(), self.own, "screen.png", PNG)
        other = incident_service.create(SYSTEM, {"title": "Other", "caller": make_person(), "on_behalf_of": self.id,
                                                 "contact_phone": "13987654321"})
        session().add(RecordLink(kind="related", source_type="person", source_id=self.id, source_label=NAME,
                                 target_type="incident", target_id=other.id, target_label="Other"))
        self._plant_copies()
        for ticket in (self.own, other):
            incident_service.transition(SYSTEM, ticket.id, "cancel", {"reason": "done"})
        session().flush()
        clearance_service.clear(SYSTEM, self.id, Wish(how={"work_group.member": NONE, "company.contact": NONE,
                                                          "ticket.watched": NONE}))

    def _plant_copies(self):
        tables, unit, now = Model.metadata.tables, session(), clock.now()
        run = ImportRun(user_id=self.user_id, actor_label=NAME, page="people", record_type="person", file_name="p.csv",
                        file_format="csv", file_key=None, created_at=now, language="zh", timezone="Asia/Shanghai",
                        headers=["name"], sample=[[NAME, "13987654321"]], mapping={}, state="done")
        unit.add(run)
        unit.flush()
        unit.add(ImportFault(run_id=run.id, row=2, column="phone", value="13987654321", message=f"{NAME} is there"))
        for user_id in (make_administrator().user_id, self.user_id):
            unit.connection().execute(insert(tables["notice"]), [{
                "user_id": user_id, "at": now, "kind": "x", "actor_label": NAME, "params": {"who": NAME}, "number": 1}])
        unit.connection().execute(insert(tables["login_attempt"]), [
            {"username": "guiying77", "at": now, "ip": "10.9.8.7", "reason": "password"}])
        unit.connection().execute(insert(tables["user_choice"]), [
            {"user_id": self.user_id, "key": "x", "value": {"who": NAME}}])


@pytest.fixture
def planted(app):
    """A planted person, committed and sealed, so that the chain has something to verify."""
    with app.app_context():
        with unit_of_work(write=True), acting_as(SYSTEM):
            made = Planted()
        seal_all()
        yield made


def anonymise(planted, actor=SYSTEM, typed=NAME, reason="Asked to be forgotten"):
    with unit_of_work(write=True), acting_as(actor):
        return anonymiser.anonymise(actor, planted.id, typed, reason).id


def found_in_tables():
    found = {}
    with unit_of_work() as unit, system_scope():
        for table in Model.metadata.sorted_tables:
            for row in unit.connection().execute(select(table)).mappings():
                for name, value in row.items():
                    text = json.dumps(value, ensure_ascii=False, default=str)
                    for one in (*PLANTED, "10.9.8.7"):
                        if one in text:
                            found.setdefault((table.name, name), set()).add(one)
    return found


def statistics():
    with unit_of_work() as unit, system_scope():
        columns = (Incident.group_id, Incident.state, Incident.priority_id, Incident.company_id)
        counted = unit.execute(select(*columns, func.count()).group_by(*columns)).all()
        whole = unit.execute(select(Incident.id, Incident.caller_id, Incident.opened_at, Incident.closed_at,
                                    Incident.resolved_at, Incident.title)).all()
    return sorted(map(repr, counted)), sorted(map(repr, whole))


def test_nothing_that_was_planted_is_left_and_tickets_stay(planted):
    assert {("person", "name"), ("audit_entry", "new"), ("record_merge", "journal")} <= found_in_tables().keys()
    before = statistics()
    with unit_of_work() as unit:
        entries = unit.execute(select(AuditEntry.id, AuditEntry.at, AuditEntry.record_id, AuditEntry.field)).all()
    assert faults() == []
    key = anonymise(planted)
    left = {place: values for place, values in found_in_tables().items() if place not in FREE_TEXT}
    # The log keeps the words of tickets as the tickets do.
    log = left.pop(("audit_entry", "new"), set()) | left.pop(("audit_entry", "old"), set())
    assert (left, log) == ({}, {NAME})
    assert statistics() == before
    assert faults() == []
    seal_all()
    assert faults() == []
    with unit_of_work() as unit, acting_as(SYSTEM):
        assert set(entries) <= set(unit.execute(select(
            AuditEntry.id, AuditEntry.at, AuditEntry.record_id, AuditEntry.field)).all())
        person = unit.get(Person, planted.id)
        assert person.name == f"Former person #{planted.id} / 已注销人员 #{planted.id}"
        certificate = unit.execute(select(Model.metadata.tables["anonymisation"]).where(
            Model.metadata.tables["anonymisation"].c.id == key)).one()
        assert certificate.number.startswith("AN20")
        assert certificate.removed["person.parts"] >= 4
        assert certificate.removed["audit"] > 5
        assert certificate.kept == {"incident.called": 1}
        unsalted = select(func.count()).select_from(AuditSeal).where(AuditSeal.salt.is_(None))
        assert unit.execute(unsalted).scalar_one() > 5


def test_what_people_wrote_stays(planted):
    anonymise(planted)
    assert {("ticket", "title"), ("timeline_entry", "body")} <= found_in_tables().keys()


def test_nobody_gives_them_a_name_again_or_changes_the_certificate(planted):
    key = anonymise(planted)
    for change in (
            lambda: person_service.update(SYSTEM, planted.id, {"name": NAME}),
            lambda: contact_method_service.create(
                SYSTEM, {"person": planted.id, "kind": "phone", "value": "13987654321"}),
            lambda: person_service.restore(SYSTEM, planted.twin),
            lambda: change_picture(SYSTEM, planted.id, "again.png", PNG),
            lambda: certificate_service.delete(SYSTEM, key, "gone"),
            lambda: certificate_service.update(SYSTEM, key, {}),
            lambda: anonymiser.anonymise(SYSTEM, planted.id, "x", "y")):
        with pytest.raises(Conflict), unit_of_work(write=True), acting_as(SYSTEM):
            change()
    with pytest.raises(BusinessError), unit_of_work(write=True) as unit, acting_as(SYSTEM):
        merge = unit.execute(select(Model.metadata.tables["record_merge"].c.id)).scalar_one()
        person_service.undo_merge(SYSTEM, merge)


@pytest.mark.parametrize(("values", "error"), [
    ({"typed": "somebody"}, InvalidField), ({"reason": " "}, MissingFields),
    ({"reason": f"{NAME} asked for it"}, InvalidField),
    ({"actor": make_actor(["person.read", PERSON_WRITE])}, Forbidden),
])
def test_refusals_change_nothing(planted, values, error):
    before = found_in_tables()
    with pytest.raises(error):
        anonymise(planted, **values)
    assert found_in_tables() == before


def test_it_is_refused_while_something_is_open(planted):
    with unit_of_work(write=True), acting_as(SYSTEM):
        user_service.update(SYSTEM, planted.user_id, {"active": True})
        incident_service.create(SYSTEM, {"title": "Open", "caller": planted.id})
    before = found_in_tables()
    with pytest.raises(Conflict, match=r"\(1\)|（1）"):
        anonymise(planted)
    assert found_in_tables() == before


def test_nobody_without_their_rights_anonymises_an_administrator(planted, app):
    with unit_of_work(write=True), acting_as(SYSTEM):
        boss = make_login("platform.role_user_administrator", groups=[planted.group])
        name = session().get(Person, boss.person_id).name
    actor = make_actor(["person.read", PERSON_ANONYMISE, "work_group.read"])
    with pytest.raises(Forbidden), unit_of_work(write=True), acting_as(actor):
        anonymiser.anonymise(actor, boss.person_id, name, "Because")


def test_the_names_of_others_stay_where_nothing_says_whose_they_are(planted):
    with unit_of_work(write=True) as unit, acting_as(SYSTEM):
        make_person(name=NAME)
        unit.connection().execute(insert(Model.metadata.tables["audit_check"]), [
            {"started_at": clock.now(), "asked_by": NAME, "position": 0, "entries": 0, "faults": []}])
    anonymise(planted)
    assert NAME in found_in_tables()[("audit_check", "asked_by")]
    assert ("timeline_entry", "actor_label") not in found_in_tables()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_pages(app, client, cast):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        planted = Planted()
    log_in(client, cast.admin)
    url = f"/organisation/anonymising/{planted.id}"
    assert NAME in client.get(url).text
    refused = submit(client, url, typed="x", reason="Asked")
    assert refused.status_code == 422
    answer = submit(client, url, typed=NAME, reason="Asked to be forgotten")
    assert answer.status_code == 302
    shown = client.get(answer.headers["Location"]).text
    assert "AN20" in shown
    assert NAME not in shown
    sheet = client.get(answer.headers["Location"].replace("show/", "") + "/sheet").text
    assert "匿名化" in sheet
    assert "Asked to be forgotten" in sheet
    for page in (f"/organisation/people/{planted.id}/panel/audit", f"/organisation/people/show/{planted.id}",
                 f"/audit/list/?_flt_0_record_type=person&_flt_0_record_id={planted.id}"):
        told = client.get(page)
        assert told.status_code == 200
        assert "***" in told.text or "show" in page
        assert NAME not in told.text
    client = app.test_client()
    log_in(client, cast.agent)
    assert client.get(url).status_code in (302, 403)
    assert client.get("/organisation/certificates/list/").status_code in (302, 403)
