"""Two agents who save the same incident: what only one changed stands, what both changed is shown to be chosen."""

import re
from html import unescape

import pytest

from addons.incident.services import incident_service
from addons.incident.tests.page_helpers import BASE, Queue, route
from app.db import unit_of_work
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import csrf_token

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


class Form:
    """A form as a browser has it open."""

    def __init__(self, client, address):
        self.client, self.address = client, address
        self.page = client.get(address).text

    @property
    def hidden(self):
        found = re.findall(r'<input[^>]*type="hidden"[^>]*>', self.page)
        pairs = [(re.search(r'name="([^"]*)"', one), re.search(r'value="([^"]*)"', one)) for one in found]
        return {name[1]: unescape(value[1]) for name, value in pairs if name and value}

    def send(self, **values):
        answer = self.client.post(self.address, data={**self.hidden, **values})
        self.page = answer.text
        return answer


def change(app, pk, **values):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        incident_service.update(SYSTEM, pk, values)


@pytest.fixture
def pk(queue):
    return queue.make("Printer jam", description="Tray two")


@pytest.fixture
def typed(cast):
    return {"caller": cast.customer.person_id, "kind": "incident", "title": "Printer jam", "description": "Tray two"}


class TestEdit:
    def test_what_only_the_other_changed_is_taken_over_and_told(self, app, cast, logged_in, queue, pk, typed):
        agent = logged_in(cast.agent)
        form = Form(agent, f"{BASE}/edit/{pk}")
        change(app, pk, description="Tray three")
        assert form.send(**{**typed, "title": "Printer on fire"}).status_code == 302
        assert queue.now(pk, "title", "description") == ("Printer on fire", "Tray three")
        page = agent.get(f"{BASE}/show/{pk}").text
        assert "changed this meanwhile, and it is kept so: Description" in page, re.findall(r"Saved[^<]*", page)

    def test_what_both_changed_is_chosen(self, app, cast, logged_in, queue, pk, typed):
        form = Form(logged_in(cast.agent), f"{BASE}/edit/{pk}")
        change(app, pk, title="Printer smokes", description="Tray three")
        mine = {**typed, "title": "Printer burns"}
        answer = form.send(**mine)
        assert answer.status_code == 422
        assert 'name="pick-title"' in form.page
        assert 'name="pick-description"' not in form.page
        assert "<del>burns</del><ins>smokes</ins>" in form.page
        assert 'value="Printer burns"' in form.page
        assert "Tray three" in form.page
        assert queue.now(pk, "title") == "Printer smokes"
        # Not chosen: asked again. Whatever is chosen then stands, and the other's description with it.
        mine["description"] = "Tray three"
        assert form.send(**mine).status_code == 422
        assert form.send(**mine, **{"pick-title": "theirs"}).status_code == 302
        assert queue.now(pk, "title", "description") == ("Printer smokes", "Tray three")

    @pytest.mark.parametrize(("choice", "kept"), [("mine", "Printer burns"), ("theirs", "Printer smokes")])
    def test_all_at_once(self, app, cast, logged_in, queue, pk, typed, choice, kept):
        form = Form(logged_in(cast.agent), f"{BASE}/edit/{pk}")
        change(app, pk, title="Printer smokes")
        mine = {**typed, "title": "Printer burns"}
        form.send(**mine)
        assert form.send(**mine, **{"pick-all": choice}).status_code == 302
        assert queue.now(pk, "title") == kept

    def test_a_choice_holds_for_what_was_shown(self, app, cast, logged_in, queue, pk, typed):
        form = Form(logged_in(cast.agent), f"{BASE}/edit/{pk}")
        change(app, pk, title="Printer smokes")
        mine = {**typed, "title": "Printer burns"}
        form.send(**mine)
        change(app, pk, title="Printer is out")
        assert form.send(**mine, **{"pick-title": "mine"}).status_code == 422
        assert "is out" in form.page
        assert queue.now(pk, "title") == "Printer is out"

    def test_the_same_change_twice_is_none(self, app, cast, logged_in, pk, typed):
        form = Form(logged_in(cast.agent), f"{BASE}/edit/{pk}")
        change(app, pk, title="Printer smokes")
        assert form.send(**{**typed, "title": "Printer smokes"}).status_code == 302

    def test_what_is_locked_by_now_keeps_what_was_typed(self, cast, logged_in, queue, pk, typed):
        form = Form(logged_in(cast.agent), f"{BASE}/edit/{pk}")
        queue.step(pk, "cancel", reason="Mistake")
        answer = form.send(**{**typed, "title": "Typed in vain"})
        assert answer.status_code == 422
        assert "Typed in vain" in answer.text
        assert "took the step “Cancel the incident”" in answer.text
        assert queue.now(pk, "title") == "Printer jam"


class TestStep:
    def test_a_step_after_another_one_says_which(self, cast, logged_in, queue, pk):
        agent = logged_in(cast.agent)
        form = Form(agent, route(f"{BASE}/show/{pk}", "transition/hold"))
        queue.step(pk, "cancel", reason="Mistake")
        answer = form.send(pending_reason="customer")
        assert (answer.status_code, "took the step “Cancel the incident”" in answer.text) == (409, True)
        assert queue.now(pk, "state") == "cancelled"

    def test_one_that_is_possible_still_wants_a_second_press(self, cast, logged_in, queue, pk):
        form = Form(logged_in(cast.agent), route(f"{BASE}/show/{pk}", "transition/hold"))
        queue.step(pk, "start")
        answer = form.send(pending_reason="customer")
        assert (answer.status_code, queue.now(pk, "state")) == (422, "in_progress")
        assert form.send(pending_reason="customer").headers["Location"].endswith(f"/show/{pk}")
        assert queue.now(pk, "state") == "pending"

    def test_a_change_of_other_fields_does_not_stop_it(self, app, cast, logged_in, queue, pk):
        form = Form(logged_in(cast.agent), route(f"{BASE}/show/{pk}", "transition/hold"))
        change(app, pk, title="Printer smokes")
        assert form.send(pending_reason="customer").status_code == 302
        assert queue.now(pk, "state", "title") == ("pending", "Printer smokes")


def test_rest_tells_what_would_be_overwritten(app, cast, logged_in, queue: Queue, pk):
    agent = logged_in(cast.agent)
    version = queue.now(pk, "version")
    change(app, pk, title="Printer smokes")
    answer = agent.put(f"/api/v1/incident/{pk}", headers={"X-CSRFToken": csrf_token(agent, f"{BASE}/add")},
                       json={"title": "Printer burns", "description": "Tray two", "version": version})
    assert (answer.status_code, answer.json["code"], answer.json["version"]) == (409, "stale", queue.now(pk, "version"))
    told = answer.json["conflicts"]
    assert [(one["field"], one["theirs"]) for one in told] == [("title", "Printer smokes")]
    assert {"changed_by", "changed_at"} <= told[0].keys()
    assert queue.now(pk, "title") == "Printer smokes"


def test_marks_tell_no_value_and_nonsense_is_none(app, cast, logged_in, queue, pk, typed):
    form = Form(logged_in(cast.agent), f"{BASE}/edit/{pk}")
    marks = form.hidden["seen-values"]
    assert ("title" in marks, "Printer jam" in marks) == (True, False)
    change(app, pk, title="Printer smokes")
    for nonsense in ("no json", "[]", '{"title": {}}'):
        assert form.send(**{**typed, "version": 1, "seen-values": nonsense}).status_code == 422
    assert queue.now(pk, "title") == "Printer smokes"
