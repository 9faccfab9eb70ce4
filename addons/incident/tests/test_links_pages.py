"""Links on the page of an incident and by REST: who may, what stands there, and no word of what is hidden."""

import pytest
from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from addons.incident.tests.page_helpers import BASE, rest, route, send
from app.db import unit_of_work
from app.records.links import RecordLink
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import submit

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
API = "/api/v1/incident"
SECRET = "Payroll of the board"


@pytest.fixture
def joined(app, queue, cast):
    """An incident of the second line whose parent they may not see; (its id, the parent's id)."""
    own, parent = queue.make("Own", group=cast.second_line), queue.make(SECRET, group=cast.first_line)
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        incident_service.link(SYSTEM, own, "parent", parent)
    return own, parent


class TestThePage:
    def test_links_and_takes_away(self, cast, logged_in, queue):
        one, other = queue.make("One"), queue.make("Other")
        client, page = logged_in(cast.agent), f"{BASE}/show/{one}"
        answer = submit(client, route(page, "links"), page=page, kind="duplicate_of", other=other)
        assert answer.headers["Location"].endswith(f"{page}?tab=relations")
        shown = client.get(page).text
        assert ("Duplicate of" in shown, f"{BASE}/show/{other}" in shown) == (True, True)
        (key,) = queue.all(select(RecordLink.id))[0]
        submit(client, route(page, f"links/{key}/remove"), page=page)
        assert queue.all(select(RecordLink.id)) == []

    def test_says_why_not(self, cast, logged_in, queue):
        one = queue.make("One")
        client, page = logged_in(cast.agent), f"{BASE}/show/{one}"
        submit(client, route(page, "links"), page=page, kind="blocks", other=one)
        assert "A ticket cannot be linked with itself." in client.get(page).text

    def test_offers_nothing_to_who_may_not(self, cast, logged_in, queue):
        one, other = queue.make("One"), queue.make("Other")
        for who in (cast.auditor, cast.customer):
            client = logged_in(who)
            page = f"{BASE}/show/{one}"
            assert "relation-add" not in client.get(page).text
            answer = send(client, route(page, "links"), page="/profile/password", kind="blocks", other=other)
            assert answer.status_code == 403
        assert queue.all(select(RecordLink.id)) == []

    def test_asks_about_the_children_when_it_is_resolved(self, app, cast, logged_in, queue):
        parent, child = queue.make("Parent"), queue.make("Child")
        client, url = logged_in(cast.agent), f"{BASE}/{parent}/transition/resolve"
        assert "resolve_children" not in client.get(url).text
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            incident_service.link(SYSTEM, child, "parent", parent)
        assert "1 child is still open" in client.get(url).text
        values = {"solution": "Done", "resolution_code": queue.value("incident.resolution_code", "solved")}
        answer = submit(client, url, **values)
        assert (answer.status_code, "choose to resolve it as well" in answer.text) == (422, True)
        assert submit(client, url, **values, resolve_children="y").status_code == 302
        assert [queue.now(one, "state") for one in (parent, child)] == ["resolved", "resolved"]


class TestWalls:
    def test_what_is_hidden_is_nowhere(self, cast, logged_in, queue, joined):
        own, parent = joined
        client, number = logged_in(cast.specialist), queue.now(parent, "number")
        page = f"{BASE}/show/{own}"
        assert "(hidden)" in client.get(page).text
        places = (page, f"{BASE}/{own}/panel/audit", f"{BASE}/options/other?q=Payroll", f"{API}/{own}/links",
                  f"{API}/{own}", f"{BASE}/list/")
        for place in places:
            text = client.get(place).text
            assert (number in text, SECRET in text) == (False, False), place
        assert client.get(f"{API}/{own}/links").json["result"][0].get("hidden") is True

    def test_a_customer_reads_of_what_they_may_see_only(self, app, cast, logged_in, queue):
        mine, also = queue.make("Mine"), queue.make("Mine too")
        foreign = queue.make(SECRET, caller=cast.agent.person_id)
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            incident_service.link(SYSTEM, mine, "related", also)
            incident_service.link(SYSTEM, mine, "related", foreign)
        client = logged_in(cast.customer)
        found = client.get(f"{API}/{mine}/links").json
        assert (found["count"], found["result"][0]["record"]) == (1, also)
        assert "(hidden)" not in client.get(f"{BASE}/show/{mine}").text


class TestRest:
    def test_lists_makes_and_removes(self, cast, logged_in, queue):
        one, other = queue.make("One"), queue.make("Other")
        call = rest(logged_in(cast.agent))
        made = call("POST", f"{API}/{one}/links", kind="child", other=other)
        assert made.status_code == 201
        found = call("GET", f"{API}/{other}/links").json["result"]
        assert found == [{"id": made.json["id"], "kind": "parent", "type": "incident", "record": one, "title": "One",
                          "number": queue.now(one, "number"), "state": "assigned"}]
        assert call("DELETE", f"{API}/{other}/links/{made.json['id']}").status_code == 200
        assert call("DELETE", f"{API}/{other}/links/{made.json['id']}").status_code == 404

    @pytest.mark.parametrize(("body", "field"), [({"kind": "blocks"}, "other"), ({"kind": 5, "other": 1}, "kind"),
                                                 ({"kind": "blocks", "other": "x"}, "other"),
                                                 ({"kind": "blocks", "other": 2**70}, "other")])
    def test_names_the_field_that_is_wrong(self, cast, logged_in, queue, body, field):
        answer = rest(logged_in(cast.agent))("POST", f"{API}/{queue.make()}/links", **body)
        assert (answer.status_code, field in answer.text) == (422, True)
        assert queue.all(select(RecordLink.id)) == []

    def test_resolves_the_family(self, app, cast, logged_in, queue):
        parent, child = queue.make("Parent"), queue.make("Child")
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            incident_service.link(SYSTEM, child, "parent", parent)
        call, url = rest(logged_in(cast.agent)), f"{API}/{parent}/transition/resolve"
        body = {"solution": "Done", "resolution_code_id": queue.value("incident.resolution_code", "solved")}
        refused = call("POST", url, **body)
        assert (refused.status_code, "resolve_children" in refused.text) == (409, True)
        assert call("POST", url, **body, resolve_children=True).status_code == 200
        assert {queue.now(one, "state") for one in (parent, child)} == {"resolved"}
        assert queue.all(select(Incident.id).where(Incident.state == "assigned")) == []
