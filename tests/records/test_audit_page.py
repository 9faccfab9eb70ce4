"""The audit log as a page: searched by whatever it says, in the reader's words, for those who may."""

import csv
import io

import pytest
from sqlalchemy import select

from app.db import unit_of_work
from app.organisation.models import Company
from app.organisation.services import company_service, person_service
from app.records.audit import AuditEntry
from app.sdk.actor import SYSTEM, Actor, acting_as
from tests.support.people import add_member, csrf_token, make_company, make_group, make_login, make_person

LIST, API = "/audit/list/", "/api/v1/audit/"
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
LI_NA = Actor(user_id=4711, label="Li Na", is_system=True)


@pytest.fixture
def log(app, cast):
    """What a person, an agent and a job did: {name of what: id}."""
    with app.app_context(), unit_of_work(write=True) as unit:
        with acting_as(SYSTEM):
            acme, other = make_company(name="Acme", phone="1"), make_company(name="Other")
        with acting_as(cast.admin.actor, via="ui", request_id="request-0001", ip="192.0.2.7"):
            company_service.update(SYSTEM, acme.id, {"phone": "2", "email": "a@x.example", "is_key_customer": True})
            person = make_person(name="Wang", company=acme.id)
            person_service.update(SYSTEM, person.id, {"company": other.id})
        with acting_as(SYSTEM, via="job", cause="rule.nightly #12"):
            company_service.update(SYSTEM, acme.id, {"name": "Acme & Söhne"})
        unit.flush()
        return {"acme": acme.id, "other": other.id, "person": person.id}


def rows(client, query):
    answer = client.post(f"/audit/export?{query}", data={"csrf_token": csrf_token(client, LIST), "format": "csv"})
    assert answer.status_code == 200, answer.text[:500]
    found = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    return [tuple(row.values())[1:] for row in found][::-1]


def test_old_and_new_stand_in_the_readers_words(cast, logged_in, log):
    client = logged_in(cast.admin)
    found = rows(client, f"_flt_0_record_type=company&_flt_0_record_id={log['acme']}&_flt_0_action=update")
    assert sorted(found) == [
        ("Administrator", "Changed", "Company Acme & Söhne", "E-mail", "", "a@x.example", "Page"),
        ("Administrator", "Changed", "Company Acme & Söhne", "Key customer", "No", "Yes", "Page"),
        ("Administrator", "Changed", "Company Acme & Söhne", "Phone", "1", "2", "Page"),
        ("System", "Changed", "Company Acme & Söhne", "Name", "Acme", "Acme & Söhne", "Job"),
    ]
    assert rows(client, f"_flt_0_record_type=person&_flt_0_record_id={log['person']}&_flt_0_field=company") == [
        ("Administrator", "Changed", "Person Wang", "Company", "Acme & Söhne", "Other", "Page")]
    page = client.get(f"{LIST}?_flt_0_record_type=company").text
    assert f'<a href="/organisation/companies/show/{log["acme"]}">Acme &amp; Söhne</a>' in page


@pytest.mark.parametrize(("query", "count"), [
    ("_flt_0_actor_label=admin&_flt_0_ip=192.0.2.7", 5), ("_flt_0_actor_label=Admin&_flt_0_field=Phone", 1),
    ("_flt_0_actor_label=system&_flt_0_via=job", 1), ("_flt_0_actor_label=nobody-of-this-name", 0),
    ("_flt_0_ip=192.0.2.7", 5), ("_flt_0_request_id=request-0001", 5), ("_flt_0_cause=rule.night", 1),
    ("_flt_0_cause=rule.nightly%20%2313", 0), ("_flt_0_field=phone&_flt_0_record_type=company", 1),
    ("_flt_1_record_type=company&_flt_1_record_type=person&_flt_0_via=ui", 5), ("_flt_5_at=1&_flt_0_via=job", 1),
    ("q=request-0001", 5), ("q=192.0.2.7", 5),
])
def test_it_is_searched_by_whatever_it_says(cast, logged_in, log, query, count):
    found = rows(logged_in(cast.admin), query)
    assert len(found) == count, found


def test_a_page_costs_the_same_whatever_it_shows(cast, logged_in, log, statements):
    client = logged_in(cast.admin)
    client.get(LIST)
    with statements() as sent:
        assert client.get(LIST).status_code == 200
    assert len(sent) <= 12, "\n".join(one[:150] for one in sent)


def test_one_entry_tells_all_of_it(app, cast, logged_in, log):
    with app.app_context(), unit_of_work() as unit, acting_as(SYSTEM):
        key = unit.execute(select(AuditEntry.id).where(AuditEntry.record_type == "person",
                                                       AuditEntry.action == "create",
                                                       AuditEntry.record_id == log["person"])).scalar_one()
    page = logged_in(cast.admin).get(f"/audit/show/{key}").text
    assert all(word in page for word in ("Wang", "192.0.2.7", "request-0001", "First values"))
    assert "/audit/edit" not in page
    assert "/audit/delete" not in page


def test_only_those_who_may_read_it(cast, logged_in, log):
    agent = logged_in(cast.agent)
    assert agent.get(LIST).status_code == 403
    assert agent.get(API).status_code == 403
    assert agent.get("/audit-chain/").status_code == 403
    assert agent.post("/audit/export", data={"csrf_token": csrf_token(agent, "/profile/password"),
                                             "format": "csv"}).status_code == 403
    assert "All entries in the audit log" not in agent.get(
        f"/organisation/people/show/{log['person']}?tab=audit").text
    auditor = logged_in(cast.auditor)
    assert auditor.get(LIST).status_code == 200
    answer = auditor.post("/audit-chain/check", data={"csrf_token": csrf_token(auditor, "/audit-chain/")})
    assert answer.status_code == 302


def test_what_guarded_fields_held_stays_hidden(app, cast, logged_in, log, monkeypatch):
    monkeypatch.setattr(Company, "__guarded__", {"phone": "company.nobody_has"})
    client, query = logged_in(cast.admin), f"_flt_0_record_type=company&_flt_0_record_id={log['acme']}"
    assert rows(client, f"{query}&_flt_0_field=phone")[0][4:6] == ("•••", "•••")
    created = rows(client, f"{query}&_flt_0_action=create")[0]
    assert "Phone: •••" in created[5]
    found = client.get(f"{API}?q=(filters:!((col:record_id,opr:eq,value:{log['acme']})),page_size:100)").json["result"]
    phones = [one for one in found if one["field"] == "phone"]
    assert [(one["old_value"], one["new_value"]) for one in phones] == [("•••", "•••")]
    assert [one["new_value"]["phone"] for one in found if one["record_type"] == "company"
            and one["action"] == "create"] == ["•••"]
    history = client.get(f"/organisation/companies/show/{log['acme']}?tab=audit").text
    assert "•••" in history


def test_what_records_held_that_the_reader_may_not_read_stays_hidden(app, cast, logged_in, log):
    from app.security.services import role_service

    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        role = role_service.create(SYSTEM, {"code": "of_the_log", "label": {"en": "Log"},
                                            "permissions": ["audit.read", "list.export", "person.read"]})
        group = make_group()
        reader = make_login(groups=[group], username="reader", roles=[role.role_id])
        add_member(group, make_person())
    client = logged_in(reader)
    found = rows(client, "_flt_0_field=phone&_flt_0_record_type=company")
    assert [one[4:6] for one in found] == [("•••", "•••")]
    assert [one[5] for one in rows(client, "_flt_0_field=company&_flt_0_record_type=person")] == ["(hidden)"]


def test_by_rest_it_is_only_read(cast, logged_in, log):
    client = logged_in(cast.admin)
    answer = client.get(f"{API}?q=(filters:!((col:via,opr:eq,value:job)))")
    assert [(one["field"], one["old_value"], one["new_value"], one["cause"]) for one in answer.json["result"]] == [
        ("name", "Acme", "Acme & Söhne", "rule.nightly #12")]
    for method in ("post", "put", "delete"):
        assert getattr(client, method)(API if method == "post" else f"{API}1", json={}).status_code in (404, 405)
