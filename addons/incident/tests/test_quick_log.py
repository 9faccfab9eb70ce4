"""The quick log: one call, one incident; taken or solved at once; who is not known is entered on the way."""

import re

import pytest
from sqlalchemy import func, select

from addons.incident.models import Incident, QuickEntry
from addons.incident.services.quick import log_quickly
from addons.incident.tests.page_helpers import committed
from app.db import unit_of_work
from app.organisation.models import Person
from app.organisation.permissions import PERSON_READ
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Conflict, Forbidden, InvalidField
from app.web import caller_search
from tests.support.people import csrf_token, make_person

QUICK = "/incident/quick/"
NUMBER = select(func.count(Incident.id))


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)
def test_a_form_that_is_sent_twice_is_one_incident(desk):
    values = {"title": "No network", "caller": desk.caller.id, "group": desk.group.id}
    with acting_as(desk.agent):
        first = log_quickly(desk.agent, "t1", values)
        again = log_quickly(desk.agent, "t1", {**values, "title": "No network at all"})
        other = log_quickly(desk.agent, "t2", values)
    assert (first.is_new, again.is_new, other.is_new) == (True, False, True)
    assert first.incident is again.incident
    assert first.incident.channel.code == "phone"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestService:
    def test_it_is_taken_or_solved_at_once(self, desk):
        values = {"title": "No network", "caller": desk.caller.id}
        solved = {**values, **desk.values_of("resolve")}
        with acting_as(desk.agent):
            taken = log_quickly(desk.agent, "t1", values, "take").incident
            done = log_quickly(desk.agent, "t2", solved, "solve").incident
            elsewhere = log_quickly(desk.agent, "t3", {**solved, "group": desk.other.id}, "solve").incident
        assert (taken.state, taken.assignee_id) == ("in_progress", desk.agent_person.id)
        assert (done.state, done.assignee_id, done.solution) == ("resolved", desk.agent_person.id, "Paper taken out")
        assert (elsewhere.state, elsewhere.group_id) == ("resolved", desk.other.id)

    def test_what_is_refused_leaves_nothing_and_may_be_sent_again(self, desk, unit):
        values = {"title": "No network", "caller": desk.caller.id}
        before = unit.execute(NUMBER).scalar()
        stranger = desk.actor(rights=(PERSON_READ,))
        for actor, given, then, refusal in (
            (stranger, values, "", Forbidden), (desk.agent, {**values, "category": 1 << 40}, "", InvalidField),
            (desk.agent, {**values, "group": desk.other.id}, "take", Conflict),
        ):
            with acting_as(actor), pytest.raises(refusal):
                log_quickly(actor, "t1", given, then)
        assert unit.execute(NUMBER).scalar() == before
        assert unit.execute(select(func.count(QuickEntry.id))).scalar() == 0
        with acting_as(desk.agent):
            assert log_quickly(desk.agent, "t1", values).is_new

    def test_nobody_learns_of_the_incident_of_somebody_elses_form(self, desk):
        with acting_as(desk.agent):
            log_quickly(desk.agent, "t1", {"title": "No network", "caller": desk.caller.id})
        other = desk.actor(person=desk.specialist)
        object.__setattr__(other, "user_id", 4712)
        with acting_as(other), pytest.raises(Conflict):
            log_quickly(other, "t1", {"title": "Mine", "caller": desk.caller.id})

    def test_a_caller_is_found_however_they_are_named(self, desk):
        numbers = ("+86 21 5566 7788", "02155667788", "021 5566-7788 x12", "0086-21-55667788", "55667788")
        for place, stored in enumerate(("+86 (21) 5566-7788", "021-55667788", "021-55667788 转 12")):
            person = make_person(name="欧阳晓红", phone=stored)
            with acting_as(desk.agent):
                for typed in (*numbers, "晓红", "ouyangxiaohong", "oyxh"):
                    found = [one.id for one in caller_search.find_callers(typed)]
                    assert (person.id in found, len(found)) == (True, place + 1), (stored, typed)
                for typed in ("13800001111", "+86 138 0000 1111", "0086-138-0000-1111", "138 0000 1111 ext 12"):
                    assert [one.name for one in caller_search.find_callers(typed)] == ["Li Na"], typed

    def test_addons_know_callers_by_something_else(self, desk, monkeypatch):
        monkeypatch.setattr(caller_search, "_finders", {})
        caller_search.register_caller_search(
            "asset", lambda typed: {desk.caller.id: "PC-0042"} if typed.upper() == "PC-0042" else {})
        with acting_as(desk.agent):
            (found,) = caller_search.find_callers("pc-0042")
            assert caller_search.find_callers("pc-0043") == []
        assert (found.id, found.hint.split(" · ")[0]) == (desk.caller.id, "PC-0042")
        assert found.fills["contact_phone"]["value"] == "13800001111"
        stranger = desk.actor(rights=())
        with acting_as(stranger):
            assert caller_search.find_callers("pc-0042") == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestPage:
    def test_it_asks_six_things(self, cast, logged_in):
        page = logged_in(cast.agent).get(QUICK).text
        grid = re.search(r'<div class="field-grid">(.*?)<details', page, re.DOTALL)[1]
        assert re.findall(r"field-of-(\w+)", grid) == ["caller", "title", "description", "category", "weight", "group"]
        assert 'data-card-of="caller"' in page

    def test_what_is_wrong_stands_beside_its_field_and_nothing_is_logged(self, app, cast, logged_in):
        agent = logged_in(cast.agent)
        before = committed(app, NUMBER)
        for given, said in (({"title": "x"}, "caller-error"), ({"caller": cast.customer.person_id}, "title-error"),
                            ({"title": "x" * 301, "caller": cast.customer.person_id}, "title-error"),
                            ({"title": "x", "caller": cast.customer.person_id, "weight": "9:9:9"}, "weight-error"),
                            ({"title": "x", "caller": cast.customer.person_id, "then": "solve"}, "solution-error")):
            answer = agent.post(QUICK, data={"csrf_token": csrf_token(agent, QUICK), "once": "a1", **given})
            assert (answer.status_code, said in answer.text) == (422, True), given
        assert committed(app, NUMBER) == before

    def test_it_is_sent_twice_and_logged_once(self, app, cast, logged_in):
        agent = logged_in(cast.agent)
        page = agent.get(QUICK).text
        weight = re.search(r'value="(\d+:\d+)"', page)[1]
        given = {"csrf_token": csrf_token(agent, QUICK), "once": re.search(r'name="once"[^>]*value="(\w+)"', page)[1],
                 "title": "No <b>network</b>", "caller": cast.customer.person_id, "weight": weight, "then": "another"}
        answers = [agent.post(QUICK, data=given) for _time in range(2)]
        assert [one.headers["Location"] for one in answers] == [QUICK, QUICK]
        assert committed(app, select(Incident.title)) == ["No <b>network</b>"]
        told = agent.get(QUICK).text
        assert "Logged: <a href=" in told
        assert "No &lt;b&gt;network&lt;/b&gt;" in told
        impact, urgency = map(int, weight.split(":"))
        with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
            row = session.execute(select(Incident.impact_id, Incident.urgency_id)).one()
        assert tuple(row) == (impact, urgency)

    def test_a_new_caller_is_entered_by_whoever_may(self, app, cast, logged_in):
        agent, second = logged_in(cast.agent), logged_in(cast.specialist)
        token = csrf_token(agent, QUICK)
        made = agent.post("/incident/quick/caller", headers={"HX-Request": "true"},
                          data={"csrf_token": token, "name": "Zhang San", "phone": "13911112222"})
        assert (made.status_code, "caller-made" in made.headers["HX-Trigger"]) == (204, True)
        wrong = agent.post("/incident/quick/caller", headers={"HX-Request": "true"},
                           data={"csrf_token": token, "name": "Zhang Si", "phone": "none"})
        assert (wrong.status_code, "phone-error" in wrong.text) == (422, True)
        assert "New caller" not in second.get(QUICK).text
        given = {"csrf_token": csrf_token(second, QUICK), "name": "Zhang Wu"}
        refused = second.post("/incident/quick/caller", data=given)
        assert refused.status_code in (302, 403)
        assert committed(app, select(Person.name).where(Person.name.like("Zhang%"))) == ["Zhang San"]

    def test_customers_have_the_whole_form_only(self, cast, logged_in):
        customer = logged_in(cast.customer)
        assert customer.get(QUICK).status_code == 403
        assert customer.get("/incident/quick/callers?q=a").status_code == 403
        assert QUICK not in customer.get("/").text
        agent = logged_in(cast.agent)
        assert 'data-key="q"' in agent.get("/").text
        labels = [item["label"] for group in agent.get("/palette/?q=quick").json["groups"] for item in group["items"]]
        assert labels[0] == "Quick log"
