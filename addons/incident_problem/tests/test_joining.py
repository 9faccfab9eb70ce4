"""Incidents that come to a known error later: told once, offered it, seen on cards, resolved as it says."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from addons.incident_problem.services.matching import matching
from addons.incident_problem.slots import problems_of_caller, problems_of_company
from addons.incident_problem.tests.test_telling import Case
from addons.problem.tests.problem_helpers import Office, value
from app.db import unit_of_work
from app.jobs.models import OutboxMessage
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import make_company, make_person


@pytest.fixture
def office(unit) -> Office:
    return Office()


def jobs(unit):
    unit.flush()
    rows = unit.execute(select(OutboxMessage.payload).where(OutboxMessage.name == "incident_problem.tell"))
    return [row.payload["problem_id"] for row in rows]


def test_who_is_linked_later_is_told_and_nobody_twice(unit, office):
    case = Case(office, 1)
    assert jobs(unit) == []  # nothing was published when they were linked
    case.publish()
    case.tell()
    with acting_as(SYSTEM):
        late = incident_service.create(SYSTEM, {"title": "No mail", "caller": make_person()})
        incident_service.link(SYSTEM, late.id, "related", case.problem.id)
        assert len(jobs(unit)) == 1
        incident_service.link(SYSTEM, late.id, "caused_by", case.problem.id)
    assert jobs(unit) == [case.problem.id] * 2
    case.tell()
    case.tell()
    for incident in (*case.incidents, late):
        assert len(case.notes(unit, incident)) == 1


def test_what_is_retired_is_told_to_nobody(unit, office):
    case = Case(office, 1)
    case.publish()
    office.step("manager", case.problem, "retire_error")
    case.tell()
    assert case.notes(unit, case.incidents[0]) == []


def test_an_incident_is_offered_what_it_is_not_linked_with(office):
    case = Case(office, 1)
    case.publish()
    with acting_as(SYSTEM):
        new = incident_service.create(SYSTEM, {"title": "The mail server stops again", "caller": make_person()})
        assert [one.id for one in matching(new)] == [case.problem.id]
        incident_service.link(SYSTEM, new.id, "caused_by", case.problem.id)
        assert matching(new) == []
        office.step("manager", case.problem, "retire_error")


def test_cards_show_the_open_problems_behind_ones_incidents(office):
    company = make_company()
    caller, colleague = make_person(company=company), make_person(company=company)
    with acting_as(SYSTEM):
        mine, over, theirs = office.problem(), office.problem("cancelled"), office.problem()
        for problem, who in ((mine, caller), (over, caller), (theirs, colleague)):
            for _number in range(2):
                made = incident_service.create(SYSTEM, {"title": "No mail", "caller": who})
                incident_service.link(SYSTEM, made.id, "caused_by", problem.id)
        for load, subject, wanted in ((problems_of_caller, caller, {mine.id}),
                                      (problems_of_company, company, {mine.id, theirs.id}),
                                      (problems_of_caller, make_person(), set())):
            assert {row.id for row in load(subject, SYSTEM)["rows"]} == wanted
    with acting_as(office.who["elsewhere"]):
        assert problems_of_caller(caller, office.who["elsewhere"])["rows"] == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_its_open_incidents_are_resolved_as_it_says(app, cast, logged_in):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        case = Case(Office(), 2)
        case.publish()
        incident_service.transition(SYSTEM, case.incidents[1].id, "cancel", {"reason": "x"})
        loose = incident_service.create(SYSTEM, {"title": "Jam", "caller": make_person()}).id
        ids, problem = [one.id for one in case.incidents], case.problem.id
        code = value("incident.resolution_code", "workaround")
    admin = logged_in(cast.admin)
    page = admin.get(f"/problem/problems/show/{problem}?tab=incidents").text
    assert re.findall(r'name="rowid" value="(\d+)"', page) == [str(ids[0])]
    picked = {"rowid": [str(key) for key in (*ids, loose)]}
    asked = admin.get("/incident/incidents/bulk/problem.resolve", query_string=picked).text
    assert "Restart it" in asked
    token = unescape(re.search(r'name="csrf_token"[^>]*?value="([^"]+)"', asked)[1])
    sent = {**picked, "csrf_token": token, "solution": "Restart it", "resolution_code": str(code)}
    assert admin.post("/incident/incidents/bulk/problem.resolve", data={**sent, "solution": ""}).status_code == 422
    assert admin.post("/incident/incidents/bulk/problem.resolve", data=sent).status_code == 200
    with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
        found = dict(session.execute(select(Incident.id, Incident.state)).all())
    assert [found[key] for key in (*ids, loose)] == ["resolved", "cancelled", "new"]
    agent = logged_in(cast.agent)
    assert agent.get("/incident/incidents/bulk/problem.resolve", query_string=picked).status_code == 403
