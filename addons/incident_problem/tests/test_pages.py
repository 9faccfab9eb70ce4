"""The column, the tabs and the action, in a desk that has both."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from addons.incident.services import incident_service
from addons.incident_problem.views.panels import ProblemsPanel
from addons.problem.models import Problem
from app.db import unit_of_work
from app.records.links import RecordLink
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import make_person

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
LIST = "/incident/incidents/list/"


def committed(app, statement):
    with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
        return session.execute(statement).all()


@pytest.fixture
def incidents(app, cast):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        caller = make_person().id
        return [incident_service.create(SYSTEM, {"title": f"No mail {number}", "caller": caller}).id
                for number in range(3)]


def test_three_incidents_become_a_problem_and_back(app, client, cast, logged_in, incidents):
    admin = logged_in(cast.admin)
    picked = {"rowid": [str(key) for key in incidents]}
    asked = admin.get("/incident/incidents/bulk/problem", query_string=picked).text
    assert 'name="title"' in asked
    token = unescape(re.search(r'name="csrf_token"[^>]*?value="([^"]+)"', asked)[1])
    refused = admin.post("/incident/incidents/bulk/problem", data={**picked, "csrf_token": token, "title": ""})
    assert refused.status_code == 422
    assert committed(app, select(Problem.id)) == []
    done = admin.post("/incident/incidents/bulk/problem",
                      data={**picked, "csrf_token": token, "title": "Mail server stops"})
    assert done.status_code == 200
    (problem,) = committed(app, select(Problem.id, Problem.number))
    assert f'<a href="/problem/problems/show/{problem.id}">{problem.number} Mail server stops</a>' in done.text
    links = committed(app, select(RecordLink.source_id).where(RecordLink.kind == "caused_by",
                                                              RecordLink.target_id == problem.id))
    assert sorted(row[0] for row in links) == incidents

    page = admin.get(f"{LIST}?as=table&view=all").text
    assert page.count(problem.number) == 3
    assert problem.number in admin.get(f"/incident/incidents/show/{incidents[0]}?tab=problems").text
    assert "No mail 2" in admin.get(f"/problem/problems/show/{problem.id}?tab=incidents").text

    undo = re.search(r'name="token" value="([^"]+)"', done.text)[1]
    assert admin.post("/incident/incidents/bulk/undo", data={"csrf_token": token, "token": undo}).status_code == 200
    assert committed(app, select(RecordLink.id)) == []


def test_who_may_not_see_problems_sees_nothing_of_them(app, cast, logged_in, incidents):
    agent = logged_in(cast.agent)
    assert agent.get("/incident/incidents/bulk/problem", query_string={"rowid": incidents}).status_code == 403
    page = agent.get(f"/incident/incidents/show/{incidents[0]}").text
    assert "tab-problems" not in page
    assert agent.get("/problem/problems/list/").status_code in (302, 403)


def test_a_tab_that_fails_takes_nothing_else_away(client, cast, logged_in, incidents, monkeypatch):
    def broken(*_about):
        raise KeyError("nothing there")

    monkeypatch.setattr(ProblemsPanel, "load", broken)
    page = logged_in(cast.admin).get(f"/incident/incidents/show/{incidents[0]}?tab=problems")
    assert page.status_code == 200
    assert "This part cannot be shown at the moment." in page.text
    assert "No mail 0" in page.text
