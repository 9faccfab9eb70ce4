"""Merging, splitting, cloning and many at once on the pages and by REST: who may, what they read, and the way back."""

import re
from html import unescape

import pytest
from sqlalchemy import func, select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from addons.incident.tests.page_helpers import BASE, rest, route, send
from app.db import session, unit_of_work
from app.records.links import RecordLink
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import submit

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
API = "/api/v1/incident"
ACTIONS = ("merge-into", "split", "clone", "add-child")


def undo(client, answer):
    token = re.search(r'name="token" value="([^"]+)"', answer.text)
    return send(client, f"{BASE}/bulk/undo", token=unescape(token[1]))


class TestTheMenu:
    def test_offers_what_one_may_and_refuses_the_rest(self, cast, logged_in, queue):
        page = f"{BASE}/show/{queue.make()}"
        for who, offered in ((cast.agent, ACTIONS), (cast.customer, ("clone",)), (cast.auditor, ())):
            client = logged_in(who)
            text = client.get(page).text
            assert [one for one in ACTIONS if f"/{one}\"" in text] == list(offered)
            for one in ACTIONS:
                assert (client.get(route(page, one)).status_code == 200) is (one in offered), (who.username, one)
        assert queue.all(select(func.count(Incident.id)))[0][0] == 1


class TestMerging:
    def test_by_its_dialog_and_back(self, cast, logged_in, queue):
        winner, loser = queue.make("Stays"), queue.make("Goes")
        agent, page = logged_in(cast.agent), f"{BASE}/show/{loser}"
        assert submit(agent, route(page, "merge-into")).status_code == 422
        answer = submit(agent, route(page, "merge-into"), survivor=winner)
        assert answer.headers["Location"].endswith(f"{BASE}/show/{winner}")
        number = queue.now(winner, "number")
        for who in (cast.agent, cast.customer):
            text = logged_in(who).get(page).text
            assert ("It goes on in" in text, number in text) == (True, True)
        merge = re.search(r'name="merge" value="(\d+)"', agent.get(page).text)[1]
        assert send(logged_in(cast.customer), route(page, "undo-merge"), merge=merge).status_code == 403
        send(agent, route(page, "undo-merge"), merge=merge)
        assert (queue.now(loser, "state"), "It goes on in" in agent.get(page).text) == ("assigned", False)

    def test_offers_likely_ones_with_what_tells_them_apart(self, cast, logged_in, queue):
        queue.make("Far", caller=cast.agent.person_id)
        mine, loser = queue.make("Mine"), queue.make("Goes")
        agent = logged_in(cast.agent)
        address = re.search(r'data-options-url="([^"]+survivor[^"]*)"',
                            agent.get(route(f"{BASE}/show/{loser}", "merge-into")).text)[1]
        first = agent.get(unescape(address)).json["results"][0]
        assert (first["id"], first["hint"].split(" · ")[:2]) == (mine, ["Assigned", "Name of customer"])
        assert agent.get(f"{BASE}/options/survivor?beside=x&q=far").json["results"][0]["text"].endswith("Far")

    def test_is_undone_but_for_what_is_in_the_way_and_says_so(self, app, cast, logged_in, queue):
        winner, loser, other = queue.make(), queue.make(), queue.make()
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            incident_service.link(SYSTEM, loser, "blocks", other)
            made = incident_service.merge(SYSTEM, winner, loser).id
            moved = session().execute(select(RecordLink.id).where(RecordLink.kind == "blocks")).scalar_one()
            incident_service.unlink(SYSTEM, winner, moved)
            incident_service.link(SYSTEM, other, "blocks", loser)
        agent, page = logged_in(cast.agent), f"{BASE}/show/{loser}"
        send(agent, route(page, "undo-merge"), merge=made)
        assert (queue.now(loser, "state"), "but for 1 link" in agent.get(page).text) == ("assigned", True)

    def test_the_survivor_shows_to_a_customer_what_was_theirs_only(self, app, cast, logged_in, queue):
        mine, foreign = queue.make("Mine"), queue.make("Foreign", caller=cast.agent.person_id)
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            incident_service.add_note(SYSTEM, foreign, "My salary is wrong", is_public=True)
            incident_service.merge(SYSTEM, mine, foreign)
        assert "My salary is wrong" in logged_in(cast.agent).get(f"{BASE}/show/{mine}").text
        assert "My salary is wrong" not in logged_in(cast.customer).get(f"{BASE}/show/{mine}").text

    def test_by_rest_and_back(self, cast, logged_in, queue):
        winner, loser, call = queue.make(), queue.make(), rest(logged_in(cast.agent))
        made = call("POST", f"{API}/{winner}/merge", loser=loser)
        assert (made.status_code, queue.now(loser, "state")) == (200, "cancelled")
        assert call("POST", f"{API}/{winner}/unmerge", merge=made.json["merge"]).json["restored"] == loser
        assert queue.now(loser, "state") == "assigned"


class TestOthers:
    def test_splits_clones_and_adds_a_child_by_rest_and_dialog(self, app, cast, logged_in, queue):
        pk, client = queue.make("Both"), logged_in(cast.agent)
        call, page = rest(client), f"{BASE}/show/{pk}"
        note = call("POST", f"{API}/{pk}/note", body="And another thing", is_public=True).json["id"]
        split = call("POST", f"{API}/{pk}/split", title="Another thing", entries=[note])
        assert (split.status_code, split.json["result"]["title"]) == (201, "Another thing")
        assert call("POST", f"{API}/{pk}/split", title="x", entries=["y"]).status_code == 422
        assert call("POST", f"{API}/{pk}/clone").json["result"]["title"] == "Both"
        answer = submit(client, route(page, "split"), title="", entries=note)
        assert (answer.status_code, f'value="{note}" checked' in answer.text) == (422, True)
        assert submit(client, route(page, "split"), title="More", is_moved="y", entries=note).status_code == 302
        assert submit(client, route(page, "add-child"), title="Part", group=cast.first_line).status_code == 302
        kinds = [row[0] for row in queue.all(select(RecordLink.kind).order_by(RecordLink.id))]
        assert kinds == ["split", "related", "split", "parent"]


class TestManyAtOnce:
    def test_children_and_back(self, cast, logged_in, queue):
        parent, one, two = queue.make("Parent"), queue.make(), queue.make("Shut", ("cancel", {"reason": "x"}))
        client = logged_in(cast.agent)
        done = send(client, f"{BASE}/bulk/parent", other=parent, pick=queue.versions(one, two, parent))
        assert "A ticket cannot be linked with itself." in done.text
        found = select(RecordLink.source_id).where(RecordLink.kind == "parent").order_by(RecordLink.source_id)
        assert [row[0] for row in queue.all(found)] == [one, two]
        undo(client, done)
        assert queue.all(found) == []

    def test_merges_and_back(self, cast, logged_in, queue):
        winner, one, shut = queue.make(), queue.make(), queue.make("Shut", ("cancel", {"reason": "x"}))
        client = logged_in(cast.agent)
        preview = client.get(f"{BASE}/bulk/merge?ids={one},{shut}", headers={"HX-Request": "true"}).text
        assert ("1 record will be changed" in preview, "1 record is left as it is" in preview) == (True, True)
        done = send(client, f"{BASE}/bulk/merge", survivor=winner, pick=queue.versions(one, shut))
        assert queue.now(one, "state") == "cancelled"
        undo(client, done)
        assert queue.now(one, "state") == "assigned"

    def test_resolves_with_the_children(self, app, cast, logged_in, queue):
        parent, child = queue.make("Parent"), queue.make("Child")
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            incident_service.link(SYSTEM, child, "parent", parent)
        values = {"solution": "Done", "resolution_code": queue.value("incident.resolution_code", "solved")}
        client = logged_in(cast.agent)
        left = send(client, f"{BASE}/bulk/step.resolve", pick=queue.versions(parent), **values)
        assert "1 child is still open" in left.text
        send(client, f"{BASE}/bulk/family.resolve", pick=queue.versions(parent), **values)
        assert [queue.now(pk, "state") for pk in (parent, child)] == ["resolved", "resolved"]
