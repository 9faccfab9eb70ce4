"""Cells changed in a list and cards moved on a board: the same guards, the row anew, and no statement more."""

import json
from html import unescape

import pytest
from sqlalchemy import select

from addons.incident.tests.page_helpers import BASE, LIST, send
from app.db import unit_of_work
from app.organisation.models import GroupMember
from app.sdk.actor import SYSTEM, acting_as

HTMX = {"HX-Request": "true"}
BOARD = f"{LIST}?as=kanban"


class TestCells:
    def test_only_those_that_may_be_changed_open(self, cast, logged_in, queue):
        mine, shut = queue.make(), queue.make("Shut", ("cancel", {"reason": "x"}))
        agent, auditor = logged_in(cast.agent).get(LIST).text, logged_in(cast.auditor).get(LIST).text
        for column in ("state", "assignee", "group", "priority"):
            assert (f"/{mine}/cell/{column}" in agent, f"/{mine}/cell/{column}" in auditor) == (True, False), column
            assert f"/{shut}/cell/{column}" not in agent

    def test_the_state_shows_the_permitted_steps(self, cast, logged_in, queue):
        pk = queue.make()
        text = logged_in(cast.specialist).get(f"{BASE}/{pk}/cell/state", headers=HTMX)
        assert text.status_code == 404  # held by another group
        text = logged_in(cast.agent).get(f"{BASE}/{pk}/cell/state", headers=HTMX).text
        assert ("Start work" in text, f"{pk}/transition/hold?stay=1" in text, "Reopen" in text) == (True, True, False)

    def test_a_step_that_asks_nothing_is_taken_at_once(self, cast, logged_in, queue):
        pk = queue.make()
        seen = queue.now(pk, "version")
        answer = send(logged_in(cast.agent), f"{BASE}/{pk}/cell/state", action="start", version=seen)
        assert answer.status_code == 204
        assert json.loads(answer.headers["HX-Trigger"])["record-changed"]["id"] == pk
        assert queue.now(pk, "state") == "in_progress"

    def test_a_step_of_a_dialog_stays_on_the_list(self, cast, logged_in, queue):
        pk = queue.make()
        answer = send(logged_in(cast.agent), f"{BASE}/{pk}/transition/hold?stay=1", pending_reason="customer",
                      version=queue.now(pk, "version"))
        assert (answer.status_code, "HX-Redirect" in answer.headers) == (204, False)
        assert queue.now(pk, "state") == "pending"

    def test_the_assignee_is_one_of_the_group(self, cast, logged_in, queue):
        pk = queue.make()
        client = logged_in(cast.agent)
        refused = send(client, f"{BASE}/{pk}/cell/assignee", assignee=cast.specialist.person_id)
        assert (refused.status_code, 'id="assignee-error"' in refused.text) == (422, True)
        assert queue.now(pk, "assignee_id") is None
        assert send(client, f"{BASE}/{pk}/cell/assignee", assignee=cast.agent.person_id).status_code == 204
        assert queue.now(pk, "assignee_id", "group_id") == (cast.agent.person_id, cast.first_line)

    def test_a_ticket_without_group_is_asked_for_one(self, cast, logged_in, queue):
        pk = queue.make(group=None)
        text = logged_in(cast.agent).get(f"{BASE}/{pk}/cell/assignee", headers=HTMX).text
        assert ('name="group"' in text, 'name="assignee"' in text) == (True, True)

    @pytest.mark.parametrize(("column", "values"), [
        ("state", {"action": "start"}), ("assignee", {"assignee": ""}), ("priority", {"impact": "", "urgency": ""})])
    def test_a_second_writer_is_told(self, cast, logged_in, queue, column, values):
        pk = queue.make("x", assignee=cast.agent.person_id)
        seen = queue.now(pk, "version")
        queue.step(pk, "hold", pending_reason="customer")
        queue.step(pk, "transfer", reason="x", assignee=cast.agent.person_id)
        before = queue.now(pk, "state", "assignee_id", "impact_id", "version")
        answer = send(logged_in(cast.agent), f"{BASE}/{pk}/cell/{column}", version=seen, **values)
        assert (answer.status_code, "Somebody else changed this record" in answer.text) == (422, True)
        assert queue.now(pk, "state", "assignee_id", "impact_id", "version") == before

    def test_who_lacks_the_right_is_refused(self, cast, logged_in, queue):
        pk = queue.make()
        auditor = logged_in(cast.auditor)
        for column, values in (("state", {"action": "start"}), ("assignee", {"assignee": cast.agent.person_id}),
                               ("priority", {"impact": 1})):
            assert auditor.get(f"{BASE}/{pk}/cell/{column}", headers=HTMX).status_code == 403, column
            answer = send(auditor, f"{BASE}/{pk}/cell/{column}", "/profile/password", **values)
            assert answer.status_code == 403, column
        assert queue.now(pk, "state", "assignee_id", "version") == ("assigned", None, queue.now(pk, "version"))
        assert logged_in(cast.agent).get(f"{BASE}/{pk}/cell/title", headers=HTMX).status_code == 404

    def test_the_row_comes_as_the_list_shows_it(self, cast, logged_in, queue):
        pk = queue.make("Printer <b>jam</b>")
        client = logged_in(cast.agent)
        row = client.get(f"{BASE}/{pk}/row", headers=HTMX).text
        assert row.strip().startswith(f'<tr data-href="{BASE}/show/{pk}" data-row="{pk}"')
        assert " ".join(row[row.index("<tr"):].split()) in " ".join(client.get(LIST).text.split())
        assert client.get(f"{BASE}/999999/row").status_code == 404

    def test_they_cost_the_list_nothing(self, cast, logged_in, queue, statements):
        client = logged_in(cast.agent)
        for _ in range(15):
            queue.make()
        client.get(LIST)
        with statements() as seen:
            client.get(LIST)
        assert len(seen) <= 12


class TestBoard:
    def test_has_a_column_a_state_with_its_count(self, cast, logged_in, queue):
        queue.make("Jam"), queue.make("Toner"), queue.make("Held", ("hold", {"pending_reason": "customer"}))
        text = logged_in(cast.agent).get(BOARD).text
        counts = dict(zip(_between(text, 'data-column="', '"'), _between(text, "data-count>", "<"), strict=True))
        assert counts == {"new": "0", "assigned": "2", "in_progress": "0", "pending": "1", "resolved": "0",
                          "closed": "0", "cancelled": "0"}

    def test_shows_only_what_one_may_see(self, cast, logged_in, queue):
        queue.make("Ours"), queue.make("Theirs", group=cast.second_line)
        for by in ("state", "assignee", "priority"):
            text = logged_in(cast.specialist).get(f"{BOARD}&by={by}").text
            assert ("Theirs" in text, "Ours" in text) == (True, False), by
            assert sorted(set(_between(text, "data-count>", "<"))) == ["0", "1"], by

    def test_keeps_the_filters_of_the_list(self, cast, logged_in, queue):
        queue.make("Jam"), queue.make("Held", ("hold", {"pending_reason": "customer"}))
        text = logged_in(cast.agent).get(f"{BOARD}&_flt_0_state=pending").text
        assert (">Held<" in text, ">Jam<" in text) == (True, False)

    def test_people_of_a_group_and_only_open_work(self, cast, logged_in, queue):
        queue.make("Free"), queue.make("Hers", assignee=cast.agent.person_id)
        queue.make("Shut", ("cancel", {"reason": "x"}), assignee=cast.agent.person_id)
        text = logged_in(cast.manager).get(f"{BOARD}&by=assignee").text
        people = _between(text, 'data-column="', '"')
        assert set(people) == {"", *(str(one.person_id) for one in (cast.agent, cast.manager, cast.auditor))}
        counts = dict(zip(people, _between(text, "data-count>", "<"), strict=True))
        assert (counts[""], counts[str(cast.agent.person_id)]) == ("1", "1")
        assert ">Shut<" not in text
        other = logged_in(cast.manager).get(f"{BOARD}&by=assignee&board={cast.second_line}").text
        assert f'data-column="{cast.specialist.person_id}"' in other

    def test_work_of_whoever_left_the_group_is_not_lost(self, app, cast, logged_in, queue):
        pk = queue.make("Left", assignee=cast.agent.person_id)
        client = logged_in(cast.manager)
        assert "Held by others" not in client.get(f"{BOARD}&by=assignee").text
        with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
            session.delete(session.execute(select(GroupMember).where(
                GroupMember.person_id == cast.agent.person_id)).scalar_one())
        text = client.get(f"{BOARD}&by=assignee").text
        assert ("Held by others" in text, f'data-card="{pk}"' in text) == (True, True)
        answer = send(client, f"{BASE}/{pk}/move", by="assignee", to="others", version=queue.now(pk, "version"))
        assert (answer.status_code, queue.now(pk, "assignee_id")) == (422, cast.agent.person_id)

    def test_counts_stop_and_cards_are_few(self, cast, logged_in, queue, monkeypatch):
        monkeypatch.setattr("app.web.kanban.COUNTED", 3)
        monkeypatch.setattr("app.web.kanban.CARDS", 2)
        for _ in range(5):
            queue.make()
        text = logged_in(cast.agent).get(BOARD).text
        assert ("3+" in _between(text, "data-count>", "<"), text.count("data-card=")) == (True, 2)
        assert f"{LIST}?_flt_0_state=assigned" in text

    @pytest.mark.parametrize("by", ["state", "assignee", "priority"])
    def test_each_column_leads_to_exactly_its_rows(self, app, cast, logged_in, queue, monkeypatch, by):
        monkeypatch.setattr("app.web.kanban.CARDS", 1)
        for person in (cast.agent.person_id, cast.auditor.person_id, None):
            for _ in range(2):
                queue.make(f"Of {person}", assignee=person)
            queue.make("Shut", ("cancel", {"reason": "x"}), assignee=person)
        with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
            session.delete(session.execute(select(GroupMember).where(
                GroupMember.person_id == cast.agent.person_id)).scalar_one())
        client = logged_in(cast.manager)
        text = client.get(f"{BOARD}&by={by}").text
        counts = [count for count in _between(text, "data-count>", "<") if int(count) > 1]
        ways = [unescape(way) for way in _between(text, 'class="board-more" href="', '"')]
        assert counts
        assert [client.get(way).text.count("<tr data-href") for way in ways] == list(map(int, counts))

    def test_costs_as_much_for_many_as_for_few(self, cast, logged_in, queue, statements):
        client = logged_in(cast.manager)
        for by in ("state", "assignee", "priority"):
            client.get(f"{BOARD}&by={by}")
        queue.make("One", assignee=cast.agent.person_id)
        costs = []
        for _ in range(2):
            for by in ("state", "assignee", "priority"):
                each = []
                for _ in range(3):  # what a process keeps is asked for again now and then: that is no cost of rows
                    with statements() as seen:
                        client.get(f"{BOARD}&by={by}")
                    each.append(len(seen))
                costs.append(min(each))
            for _ in range(6):
                queue.make("More", assignee=cast.agent.person_id)
        assert costs[:3] == costs[3:]
        assert max(costs) <= 12

    def test_no_card_moves_for_who_may_not(self, cast, logged_in, queue):
        queue.make()
        text = logged_in(cast.auditor).get(BOARD).text
        assert ("data-card=" in text, "can-move" in text, "card-menu" in text) == (True, False, False)


class TestMove:
    def move(self, client, queue, pk, by, to, version=None):
        return send(client, f"{BASE}/{pk}/move", by=by, to=to, version=version or queue.now(pk, "version"))

    def test_takes_the_step_that_asks_nothing(self, cast, logged_in, queue):
        pk = queue.make("x", ("start", {}), ("hold", {"pending_reason": "customer"}))
        answer = self.move(logged_in(cast.agent), queue, pk, "state", "in_progress")
        assert (answer.status_code, "done" in answer.json, queue.now(pk, "state")) == (200, True, "in_progress")

    @pytest.mark.parametrize(("to", "dialog"), [("resolved", "transition/resolve?stay=1"),
                                                ("in_progress", "cell/state?in=dialog&to=in_progress")])
    def test_asks_by_a_dialog(self, cast, logged_in, queue, to, dialog):
        # From “assigned” two steps lead to “in progress”: to pick, and to start.
        pk = queue.make()
        client = logged_in(cast.agent)
        answer = self.move(client, queue, pk, "state", to)
        assert (answer.status_code, answer.json["dialog"]) == (200, f"{BASE}/{pk}/{dialog}")
        assert client.get(answer.json["dialog"], headers=HTMX).status_code == 200
        assert queue.now(pk, "state") == "assigned"

    def test_tells_where_no_step_leads(self, cast, logged_in, queue):
        pk = queue.make()
        answer = self.move(logged_in(cast.agent), queue, pk, "state", "closed")
        assert (answer.status_code, answer.json["message"]) == (409, "No step leads from “Assigned” to “Closed”.")
        assert queue.now(pk, "state") == "assigned"

    def test_tells_of_a_second_writer(self, cast, logged_in, queue):
        pk = queue.make("x", ("start", {}), ("hold", {"pending_reason": "customer"}))
        seen = queue.now(pk, "version")
        queue.step(pk, "transfer", group=cast.first_line, reason="Mine", assignee=cast.manager.person_id)
        answer = self.move(logged_in(cast.agent), queue, pk, "state", "in_progress", seen)
        assert (answer.status_code, "Somebody else changed" in answer.json["message"]) == (409, True)
        assert queue.now(pk, "state", "assignee_id") == ("assigned", cast.manager.person_id)

    def test_to_a_person_assigns(self, cast, logged_in, queue):
        pk = queue.make()
        client = logged_in(cast.manager)
        assert self.move(client, queue, pk, "assignee", cast.agent.person_id).status_code == 200
        assert queue.now(pk, "assignee_id", "state") == (cast.agent.person_id, "assigned")
        assert self.move(client, queue, pk, "assignee", "").status_code == 200
        assert queue.now(pk, "assignee_id") is None

    def test_of_a_paused_ticket_asks_for_the_reason_of_the_transfer(self, cast, logged_in, queue):
        pk = queue.make("x", ("hold", {"pending_reason": "customer"}))
        client = logged_in(cast.manager)
        answer = self.move(client, queue, pk, "assignee", cast.agent.person_id)
        assert answer.json["dialog"] == f"{BASE}/{pk}/transition/transfer?stay=1&assignee={cast.agent.person_id}"
        dialog = client.get(answer.json["dialog"], headers=HTMX).text
        assert f'<option selected value="{cast.agent.person_id}">' in dialog

    def test_to_a_priority_asks_why(self, cast, logged_in, queue):
        pk, high = queue.make(), queue.value("ticket.priority", "high")
        answer = self.move(logged_in(cast.manager), queue, pk, "priority", high)
        assert answer.json["dialog"] == f"{BASE}/{pk}/cell/priority?in=dialog&priority={high}"
        before = queue.now(pk, "priority_id")
        refused = self.move(logged_in(cast.agent), queue, pk, "priority", high)
        assert (refused.status_code, queue.now(pk, "priority_id")) == (403, before)

    def test_who_lacks_the_right_is_refused(self, cast, logged_in, queue):
        pk = queue.make("x", ("start", {}))
        client = logged_in(cast.auditor)
        before = queue.now(pk, "state", "assignee_id", "priority_id", "version")
        for by, to in (("state", "pending"), ("assignee", cast.agent.person_id), ("priority", 1)):
            answer = send(client, f"{BASE}/{pk}/move", "/profile/password", by=by, to=to, version=before[-1])
            assert answer.status_code == 403, by
        assert queue.now(pk, "state", "assignee_id", "priority_id", "version") == before
        assert send(client, f"{BASE}/{pk}/move", "/profile/password", by="title", to="x").status_code == 404


def _between(text, start, end):
    return [part.split(end, 1)[0] for part in text.split(start)[1:]]
