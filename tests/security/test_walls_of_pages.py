"""The same walls through the pages and REST: what each of five people sees of one desk, by every way there is."""

import csv
import io
from dataclasses import dataclass

import pytest

from app.db import unit_of_work
from app.records import attachments
from app.sdk.actor import SYSTEM, acting_as
from app.security.services import access_rule_service, role_service
from tests.fab.conftest import make_incident
from tests.support.people import AGENT, CUSTOMER, csrf_token, make_company, make_group, make_login, make_person

BASE = "/incident/incidents"
TYPES = ("ticket", "person", "company", "department", "site")


@dataclass
class Desk:
    """Who is there, and which incidents each of them sees."""

    logins: dict
    sees: dict
    incidents: dict
    people: dict
    files: dict


@pytest.fixture
def desk(app, cast):
    with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
        return build(session, cast)


def limit(**values):
    for kind in TYPES:
        access_rule_service.create(SYSTEM, {
            "name": {"en": f"Own company only ({kind})", "zh": f"只看本公司（{kind}）"}, "record_type": kind,
            "is_limit": True, "may_read": True, "may_create": kind == "ticket", "may_write": True, "may_delete": True,
            "scope": "own_companies", **values})


def build(session, cast):
    ours, outside = make_company(kind="own", name="Alder"), make_company(name="Birch")
    below, other = make_company(name="Birch Works", parent=outside), make_company(name="Cedar")
    people = {name: make_person(name=f"Walled {name}", company=company) for name, company in
              (("alder", ours), ("birch", outside), ("works", below), ("cedar", other))}
    theirs = make_group()
    limit(group=theirs.id)
    manager = role_service.create(SYSTEM, {
        "code": "manager", "label": {"en": "Manager", "zh": "经理"}, "is_self_service": True,
        "permissions": ["incident.read", "incident.read_company", "person.read", "company.read", "list.export"]})
    limit(role=manager.role_id)
    logins = {
        "agent": make_login(AGENT, groups=[cast.first_line], person=make_person(company=ours).id, name=None),
        "outside": make_login(AGENT, groups=[theirs], person=make_person(company=outside).id, name=None),
        "manager": make_login("manager", person=make_person(company=below).id, name=None),
        "caller": make_login(CUSTOMER, person=make_person(company=other).id, name=None),
    }
    callers = {**{name: person.id for name, person in people.items()}, "caller": logins["caller"].person_id}
    incidents = {name: make_incident(title=f"Walled matter of {name}", caller=key).id for name, key in callers.items()}
    files = {name: attachments.add(session, session.get_one(type_of(), key), "a.txt", b"x", is_public=True).id
             for name, key in incidents.items()}
    everything = set(incidents)
    return Desk(logins, {"agent": everything, "outside": {"birch", "works"}, "manager": {"works"},
                         "caller": {"caller"}}, incidents, callers, files)


def type_of():
    from addons.incident.models import Incident

    return Incident


def status_of(client, route):
    answer = client.get(route)
    answer.get_data()  # a file that is sent is closed once it is read
    answer.close()
    return answer.status_code


WHO = ("agent", "outside", "manager", "caller")


@pytest.mark.parametrize("who", WHO)
def test_every_way_shows_exactly_what_the_oracle_says(app, desk, logged_in, who):
    client, expected = logged_in(desk.logins[who]), desk.sees[who]
    names = lambda text: {name for name in desk.incidents if f"Walled matter of {name}" in text}  # noqa: E731
    page = client.get(f"{BASE}/list/?psize_IncidentView=200").text
    assert names(page) == expected
    assert names(client.get(f"{BASE}/list/?as=kanban").text) == expected
    assert names(client.get(f"{BASE}/list/?q=walled+matter").text) == expected
    assert names(client.get("/palette/?q=walled").text) == expected
    for name, key in desk.incidents.items():
        status = 200 if name in expected else 404
        for route in (f"{BASE}/show/{key}", f"{BASE}/{key}/attachments/{desk.files[name]}", f"/api/v1/incident/{key}"):
            assert status_of(client, route) == status, (route, name)
    found = client.get("/api/v1/incident/?q=(page_size:100)").get_json()
    assert {row["title"] for row in found["result"]} == {f"Walled matter of {name}" for name in expected}
    assert found["count"] == len(expected)
    if who != "caller":
        answer = client.post(f"{BASE}/export", data={"csrf_token": csrf_token(client, f"{BASE}/list/"),
                                                     "format": "csv"})
        rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
        assert {row["Title"] for row in rows} == {f"Walled matter of {name}" for name in expected}


@pytest.mark.parametrize("who", WHO)
def test_options_and_related_people_stay_within_the_walls(desk, logged_in, who):
    client = logged_in(desk.logins[who])
    seen = {"agent": set(desk.people), "outside": {"birch", "works"}, "manager": {"works"}, "caller": {"caller"}}[who]
    offered = client.get("/api/v1/incident/options/caller?q=walled").get_json()["results"]
    walled = {f"Walled {name}" for name in seen if name != "caller"}
    assert {one["text"].split(" · ")[0] for one in offered} == walled
    for name, key in desk.people.items():
        allowed = name in seen and who != "caller"
        answer = client.get(f"/organisation/people/{key}/card")
        assert (answer.status_code == 200) == allowed, (who, name, answer.status_code)
        if allowed:
            others = {one for one in desk.incidents if f"Walled matter of {one}" in answer.text}
            assert others <= desk.sees[who]


def test_one_who_is_walled_in_makes_nothing_outside(desk, logged_in, app):
    client = logged_in(desk.logins["outside"])
    token = csrf_token(client, f"{BASE}/add")

    def post(caller):
        return client.post("/api/v1/incident/", json={"title": "Mine", "caller_id": caller},
                           headers={"X-CSRFToken": token})

    assert post(desk.people["works"]).status_code == 201
    refused = post(desk.people["cedar"])
    assert (refused.status_code, "caller" in str(refused.get_json())) == (422, True)
    with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
        assert session.query(type_of()).filter_by(title="Mine").count() == 1
    changed = client.put(f"/api/v1/incident/{desk.incidents['cedar']}", json={"title": "Stolen"},
                         headers={"X-CSRFToken": token})
    assert changed.status_code == 404


def test_a_switched_off_rule_binds_nobody_from_the_next_click_on(desk, logged_in, app):
    from app.security.models import AccessRule

    client = logged_in(desk.logins["outside"])
    assert "Walled matter of cedar" not in client.get(f"{BASE}/list/").text
    with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
        for rule in session.query(AccessRule).all():
            access_rule_service.update(SYSTEM, rule.id, {"is_active": False})
    assert "Walled matter of cedar" in client.get(f"{BASE}/list/").text
