"""My work: each number is its list and what REST says, for anybody, and nothing is counted that one may not see."""

import random
import re

import pytest
from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from addons.ticket.models import Ticket
from addons.ticket.services import my_work
from app.addon_system.registry import current_registry
from app.db import unit_of_work
from app.records.links import Watcher
from app.sdk.actor import SYSTEM, acting_as
from app.web.work_parts import WorkPart

PAGE, REST = "/ticket/my-work/", "/api/v1/my_work/"
SEED = 7


@pytest.fixture
def crowded(app, cast):
    """Tickets of all kinds of holders and states, some of them watched, some with a word of the caller."""
    rng = random.Random(SEED)
    people = {cast.first_line: [cast.agent.person_id], cast.second_line: [cast.specialist.person_id]}
    with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
        ids = []
        for number in range(24):
            group = rng.choice([None, *people])
            one = incident_service.create(SYSTEM, {
                "title": f"Trouble {number}", "caller": cast.customer.person_id, "group": group,
                "assignee": rng.choice([None, *people[group]]) if group else None})
            ids.append(one.id)
            if group and rng.random() < 0.4:
                incident_service.transition(SYSTEM, one.id, "hold", {
                    "pending_reason": rng.choice(["customer", "supplier"])})
            elif group and rng.random() < 0.2:
                incident_service.transition(SYSTEM, one.id, "cancel", {"reason": "Mistake"})
            for person in (cast.agent.person_id, cast.specialist.person_id):
                if rng.random() < 0.3:
                    session.add(Watcher(record_type="incident", record_id=one.id, person_id=person))
        answered = rng.sample(ids, 10)
    # Of these the agent has answered some again.
    for who, which in ((cast.customer, answered), (cast.agent, answered[:4])):
        with app.app_context(), unit_of_work(write=True), acting_as(who.actor):
            for key in which:
                try:
                    incident_service.add_note(who.actor, key, "Hello", is_public=True)
                except LookupError:
                    continue
    return set(answered[4:])


def expected(app, client, who, answered):
    """Return the numbers, counted one by one from what REST shows of incidents."""
    seen = {one["id"] for one in client.get("/api/v1/incident/?q=(page_size:100)").json["result"]}
    with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
        rows = [one for one in session.execute(select(Incident)).scalars() if one.id in seen
                and one.state_category in ("open", "paused")]
        watched = set(session.execute(select(Watcher.record_id).where(Watcher.person_id == who.person_id)).scalars())
        mine = {one.id for one in rows if one.assignee_id == who.person_id}
        free = {one.id for one in rows if one.assignee_id is None and one.group_id in who.group_ids}
        return {"mine": mine, "unassigned": free, "replied": (mine | free) & answered,
                "waiting": {one.id for one in rows if one.id in mine and one.pending_reason == "customer"},
                "watching": {one.id for one in rows if one.id in watched}}


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)
def test_each_number_is_its_list_and_what_rest_says(app, cast, logged_in, crowded, monkeypatch, statements):
    monkeypatch.setattr("addons.ticket.views.my_work.A_PAGE", 3)
    for who in (cast.agent, cast.specialist, cast.manager):
        client = logged_in(who)
        wanted = expected(app, client, who, crowded)
        told = {one["key"]: one["count"] for one in client.get(REST).json["result"]}
        assert told == {key: len(ids) for key, ids in wanted.items() if key in told}
        page = client.get(PAGE).text
        shown = dict(re.findall(r'\?show=(\w+)".*?class="work-number">(\d+)<', page))
        assert {key: int(number) for key, number in shown.items()} == told
        for key in told:
            assert {one["id"] for one in client.get(REST + key).json["result"]} == wanted[key], key
            found, address = set(), f"{PAGE}?show={key}"
            while address:
                text = client.get(address).text
                found |= set(map(int, re.findall(r'class="row-link" href="/incident/incidents/show/(\d+)"', text)))
                onward = re.search(r'rel="next" href="([^"]+)"', text)
                address = onward and onward[1].replace("&amp;", "&")
            assert found == wanted[key], key
    with statements() as sent:
        client.get(PAGE)
    assert len(sent) <= 12, sent


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestParts:
    def test_due_and_breached_are_there_only_where_an_addon_declares_them(self, desk, monkeypatch):
        with acting_as(desk.agent):
            assert [part.key for part, _rows in my_work.parts_of(desk.agent)] == [
                "mine", "unassigned", "replied", "waiting", "watching"]
            breached = WorkPart("breached", "Breached", lambda _actor: Ticket.number == "INC00002", "alarm", 60)
            monkeypatch.setattr(current_registry(), "slots", [*current_registry().slots, breached])
            desk.incident(), desk.incident()
            parts = my_work.parts_of(desk.agent)
            assert [part.key for part, _rows in parts][-2:] == ["breached", "watching"]
            assert my_work.counts(parts)["breached"] == 1

    def test_what_the_reader_may_not_see_is_not_counted(self, desk, unit):
        # They see nothing but their own, and watch what they cannot see any more.
        stranger = desk.actor(rights=("incident.read",), person=desk.specialist, groups=())
        one = desk.incident(group=desk.group.id)
        unit.add(Watcher(record_type="incident", record_id=one.id, person_id=desk.specialist.id))
        unit.flush()
        with acting_as(stranger):
            parts = my_work.parts_of(stranger)
            assert my_work.counts(parts) == {"mine": 0, "replied": 0, "waiting": 0, "watching": 0}
            assert my_work.page({part.key: rows for part, rows in parts}["watching"], None, 5) == ([], None)

    def test_whoever_lacks_the_right_has_no_such_page(self, cast, logged_in):
        customer = logged_in(cast.customer)
        assert customer.get(PAGE).status_code in (302, 403)
        assert customer.get(REST).status_code == 403
        assert PAGE not in customer.get("/").text
        assert logged_in(cast.agent).get(REST + "nothing").status_code == 404
        assert logged_in(cast.agent).get(f"{PAGE}?show=nothing").status_code == 404
        assert logged_in(cast.agent).get(f"{PAGE}?show=mine&after=xx").status_code == 200
