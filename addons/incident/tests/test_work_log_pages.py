"""The work log on pages and by REST: a line in place, the list with its sums, the dialog that resolves, files."""

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select

from addons.incident.tests.page_helpers import BASE, rest, send
from addons.ticket.models import WorkEntry
from addons.ticket.services import work_entry_service
from app.db import unit_of_work
from app.records.lists import today
from app.records.settings import setting_service
from app.sdk.actor import SYSTEM, acting_as
from app.security.services import field_right_service
from tests.exchange.conftest import bring_in
from tests.support.people import csrf_token

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
LOG, API = "/ticket/work-log", "/api/v1/work_entry/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def log(app):
    """Log work of somebody, committed; return the id."""

    def logged(pk, person, minutes=30, **values):
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            return work_entry_service.create(
                SYSTEM, {"ticket": pk, "person": person.person_id, "minutes": minutes, **values}).id

    return logged


@pytest.fixture
def day(app):
    """The day on which the desk is."""
    with app.app_context():
        return today()


def minutes(queue):
    return [tuple(row) for row in queue.all(select(WorkEntry.person_id, WorkEntry.minutes).order_by(WorkEntry.id))]


class TestPanel:
    def test_a_line_is_logged_in_place(self, cast, logged_in, queue):
        pk, client = queue.make(), logged_in(cast.agent)
        answer = send(client, f"{LOG}/line/{pk}", minutes="1h30", note="Cable", is_billable="y")
        assert (answer.status_code, "1 hour 30 min" in answer.text, "Cable" in answer.text) == (200, True, True)
        assert minutes(queue) == [(cast.agent.person_id, 90)]
        assert "1 hour 30 min" in client.get(f"{BASE}/{pk}/panel/work", headers=HTMX).text

    @pytest.mark.parametrize(("said", "field"), [
        ({"minutes": ""}, "minutes"), ({"minutes": "soon"}, "minutes"), ({"minutes": "25h"}, "minutes"),
        ({"worked_on": "2099-01-01"}, "worked_on"), ({"worked_on": "x"}, "worked_on"), ({"note": "x" * 1001}, "note"),
    ])
    def test_a_refusal_stands_beside_its_field(self, cast, logged_in, queue, said, field):
        pk = queue.make()
        answer = send(logged_in(cast.agent), f"{LOG}/line/{pk}", **{"minutes": "5", "note": "Kept", **said})
        assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
        assert field == "note" or "Kept" in answer.text
        assert minutes(queue) == []

    def test_without_a_script_it_is_a_page(self, cast, logged_in, queue):
        pk, client = queue.make(), logged_in(cast.agent)
        token = send(client, f"{LOG}/line/{pk}", minutes="").text.partition('name="csrf_token" value="')[2]
        given = {"csrf_token": token.partition('"')[0], "minutes": ""}
        refused = client.post(f"{LOG}/line/{pk}", data=given)
        assert (refused.status_code, "<h1>Log work</h1>" in refused.text) == (422, True)
        done = client.post(f"{LOG}/line/{pk}", data={**given, "minutes": "5"})
        assert (done.status_code, done.headers["Location"]) == (302, f"{BASE}/show/{pk}?tab=work")

    def test_only_a_leader_names_somebody_else(self, cast, logged_in, queue):
        pk, other = queue.make(), cast.specialist.person_id
        send(logged_in(cast.agent), f"{LOG}/line/{pk}", minutes="5", person=other)
        answer = send(logged_in(cast.manager), f"{LOG}/line/{pk}", minutes="10", person=other)
        assert minutes(queue) == [(cast.agent.person_id, 5), (other, 10)]
        assert cast.specialist.actor.label in answer.text

    def test_each_changes_their_own_and_is_back_at_the_ticket(self, cast, logged_in, queue, log, day):
        pk = queue.make()
        mine, theirs = log(pk, cast.agent), log(pk, cast.specialist, 45)
        client = logged_in(cast.agent)
        text = client.get(f"{BASE}/{pk}/panel/work", headers=HTMX).text
        assert (f"/edit/{mine}?" in text, f"/edit/{theirs}?" in text) == (True, False)
        assert client.get(f"{LOG}/edit/{theirs}").status_code == 409
        page = f"{LOG}/edit/{mine}?from=ticket"
        given = {"worked_on": day.isoformat(), "person": cast.agent.person_id}
        changed = send(client, page, page, minutes="2:00", **given)
        assert changed.headers["Location"] == f"{BASE}/show/{pk}?tab=work"
        assert minutes(queue) == [(cast.agent.person_id, 120), (cast.specialist.person_id, 45)]
        assert send(client, f"{LOG}/delete/{theirs}?from=ticket").status_code == 403
        removed = send(client, f"{LOG}/delete/{mine}?from=ticket")
        assert removed.headers["HX-Redirect"] == f"{BASE}/show/{pk}?tab=work"
        assert minutes(queue) == [(cast.specialist.person_id, 45)]

    def test_fields_that_are_hidden_stay_so_and_are_filled_all_the_same(self, app, cast, logged_in, queue, log):
        pk = queue.make()
        log(pk, cast.specialist, 75, note="Cable", is_billable=True)
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            for field, level in (("note", "hidden"), ("is_billable", "hidden"), ("activity", "read")):
                field_right_service.set(SYSTEM, "work_entry", field, {None: level})
        client = logged_in(cast.agent)
        text = client.get(f"{BASE}/{pk}/panel/work", headers=HTMX).text
        listed = client.get(f"{LOG}/list/").text
        for told in ("Cable", "Billable", 'name="note"', 'name="activity"'):
            assert (told in text, told in listed.partition("work-sums")[2]) == (False, False), told
        assert ("1 hour 15 min" in text, "1 hour 15 min" in listed, "Remote support" in text) == (True, True, True)
        assert send(client, f"{LOG}/line/{pk}", minutes="5").status_code == 200
        assert queue.all(select(WorkEntry.is_billable, WorkEntry.activity_id.is_(None)).order_by(WorkEntry.id))[1:] == [
            (False, False)]

    def test_is_no_customers(self, cast, logged_in, queue, log):
        pk = queue.make()
        entry, customer = log(pk, cast.agent), logged_in(cast.customer)
        assert "panel/work" not in customer.get(f"{BASE}/show/{pk}").text
        assert customer.get(f"{BASE}/{pk}/panel/work", headers=HTMX).status_code == 404
        for address in (f"{LOG}/list/", f"{LOG}/show/{entry}"):
            assert customer.get(address).status_code in (302, 403)
        assert rest(customer)("GET", API).status_code == 403
        assert rest(customer)("POST", API, ticket_id=pk, minutes=5).status_code == 403
        assert send(customer, f"{LOG}/line/{pk}", minutes="5").status_code in (302, 403)
        assert minutes(queue) == [(cast.agent.person_id, 30)]


class TestComposer:
    def test_takes_the_time_and_the_timeline_tells_it_to_colleagues(self, cast, logged_in, queue):
        pk = queue.make()
        page, client = f"{BASE}/show/{pk}", logged_in(cast.agent)
        assert 'name="work_minutes"' in client.get(page).text
        told = client.post(f"{BASE}/{pk}/note", headers={"Accept": "application/json"}, data={
            "csrf_token": csrf_token(client, page), "body": "Cable", "is_public": "1", "work_minutes": "45"})
        assert (told.status_code, minutes(queue)) == (200, [(cast.agent.person_id, 45)])
        assert "45 min worked" in client.get(page).text
        key = queue.all(select(WorkEntry.id))[0][0]
        rest(client)("PATCH", f"{API}{key}", minutes=50)
        assert "50 min worked" in client.get(page).text
        customer = logged_in(cast.customer)
        text = customer.get(page).text
        assert ("Cable" in text, "worked" in text, "work_minutes" in text) == (True, False, False)
        entry = next(one for one in rest(customer)("GET", f"/api/v1/incident/{pk}/timeline").json["result"]
                     if one["body"] == "Cable")
        assert "work" not in entry["data"]

    def test_by_rest_too_and_a_wrong_time_keeps_the_text_unsaid(self, cast, logged_in, queue):
        pk, call = queue.make(), rest(logged_in(cast.agent))
        note = f"/api/v1/incident/{pk}/note"
        wrong = call("POST", note, body="Cable", work_minutes=-1)
        assert (wrong.status_code, list(wrong.json["fields"]), minutes(queue)) == (422, ["work_minutes"], [])
        assert call("POST", note, body="Cable", work_minutes=20).status_code == 201
        foreign = rest(logged_in(cast.customer))("POST", note, body="Mine", is_public=True, work_minutes=20)
        assert (foreign.status_code, minutes(queue)) == (403, [(cast.agent.person_id, 20)])


class TestList:
    def test_filters_add_up_what_they_leave(self, cast, logged_in, queue, log, statements, day):
        pk, complaint = queue.make(), queue.make("Rude", kind="complaint")
        phone = queue.value("ticket.work_activity", "phone")
        log(pk, cast.agent, 30)
        log(pk, cast.specialist, 60, is_billable=True, activity=phone)
        log(complaint, cast.agent, 90, worked_on=day - timedelta(days=400))
        client = logged_in(cast.agent)
        for query, whole, billable in (
                ("", "3 hours", "1 hour"), ("_flt_0_person={me}", "2 hours", "0 min"),
                ("_flt_0_group={second}", "1 hour", "1 hour"), ("_flt_0_activity={phone}", "1 hour", "1 hour"),
                ("_flt_0_ticket_kind=complaint", "1 hour 30 min", "0 min"),
                ("_flt_0_is_billable=y", "1 hour", "1 hour"), ("_flt_4_worked_on=today", "1 hour 30 min", "1 hour"),
                ("_flt_0_ticket={pk}", "1 hour 30 min", "1 hour"), ("q=Rude", "1 hour 30 min", "0 min")):
            address = f"{LOG}/list/?" + query.format(
                me=cast.agent.person_id, second=cast.second_line, phone=phone, pk=pk)
            client.get(address)
            with statements() as sent:
                text = client.get(address).text
            assert (query, f"<dd>{whole}</dd>" in text, f"<dd>{billable}</dd>" in text) == (query, True, True)
            assert len(sent) <= 12
        mine = client.get(f"{LOG}/list/").text.partition("view=mine_week")[0].rpartition('href="')[2]
        assert client.get(mine.replace("&amp;", "&") + "view=mine_week").text.count("data-row=") == 1

    def test_a_graph_by_week(self, cast, logged_in, queue, log):
        log(queue.make(), cast.agent, 90)
        client = logged_in(cast.agent)
        text = client.get(f"{LOG}/list/?as=graph&by=worked_on.week&measure=sum.minutes").text
        url = re.search(r'<a href="([^"]+)">90</a>', text)[1]
        assert "data-row=" in client.get(unescape(url)).text

    def test_files_hold_numbers_and_come_in_again(self, app, cast, logged_in, queue, log):
        pk = queue.make()
        log(pk, cast.agent, 90, note="Cable")
        client = logged_in(cast.agent)
        answer = client.post(f"{LOG}/export", data={
            "csrf_token": csrf_token(client, f"{LOG}/list/"), "format": "csv"}).get_data(as_text=True)
        (shown,) = csv.DictReader(io.StringIO(answer.lstrip("\ufeff"), newline=""))
        assert (shown["Ticket"], shown["Minutes worked"], shown["Note"]) == (queue.now(pk, "number"), "90", "Cable")
        with app.app_context():
            run, faults = bring_in(cast.admin, f"{answer}\n".encode(), "work.csv", "ticket/work-log")
        assert (run.created, [fault.message for fault in faults]) == (1, [])
        assert minutes(queue) == [(cast.agent.person_id, 90)] * 2


class TestForm:
    def test_begins_with_what_is_usual_and_logs(self, cast, logged_in, queue, day):
        pk, client = queue.make(), logged_in(cast.agent)
        text = client.get(f"{LOG}/add?ticket={pk}").text
        for usual in (day.isoformat(), "Remote support", cast.agent.actor.label, queue.now(pk, "number")):
            assert usual in text
        given = {"worked_on": day.isoformat(), "ticket": pk, "minutes": "45"}
        refused = send(client, f"{LOG}/add", f"{LOG}/add", **given, person=cast.specialist.person_id)
        assert (refused.status_code, 'id="person-error"' in refused.text) == (422, True)
        assert minutes(queue) == []
        assert send(client, f"{LOG}/add", f"{LOG}/add", **given, person=cast.agent.person_id).status_code == 302
        assert minutes(queue) == [(cast.agent.person_id, 45)]


class TestResolve:
    @pytest.fixture
    def needed(self, app, cast):
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            setting_service.change(SYSTEM, {"incident.work_needed": True})

    def given(self, queue, pk, **more):
        return {"solution": "Paper out", "resolution_code": queue.value("incident.resolution_code", "solved"),
                "version": queue.now(pk, "version"), **more}

    def test_the_dialog_takes_the_minutes(self, cast, logged_in, queue):
        pk, client = queue.make(), logged_in(cast.agent)
        dialog = f"{BASE}/{pk}/transition/resolve"
        assert 'name="work_minutes"' in client.get(dialog, headers=HTMX).text
        refused = send(client, dialog, **self.given(queue, pk, work_minutes="soon"))
        assert (refused.status_code, 'id="work_minutes-error"' in refused.text) == (422, True)
        assert (queue.now(pk, "state"), minutes(queue)) == ("assigned", [])
        assert send(client, dialog, **self.given(queue, pk, work_minutes="0:20")).status_code == 204
        assert (queue.now(pk, "state"), minutes(queue)) == ("resolved", [(cast.agent.person_id, 20)])

    def test_is_refused_beside_the_field_where_work_is_needed(self, cast, logged_in, queue, needed):
        pk, client = queue.make(), logged_in(cast.agent)
        dialog = f"{BASE}/{pk}/transition/resolve"
        refused = send(client, dialog, **self.given(queue, pk))
        assert (refused.status_code, 'id="work_minutes-error"' in refused.text) == (422, True)
        given = {"solution": "x", "resolution_code_id": queue.value("incident.resolution_code", "solved")}
        answer = rest(client)("POST", f"/api/v1/incident/{pk}/transition/resolve", **given)
        assert (answer.status_code, list(answer.json["fields"])) == (422, ["work_minutes"])
        assert (queue.now(pk, "state", "resolved_at"), minutes(queue)) == (("assigned", None), [])
        answer = rest(client)("POST", f"/api/v1/incident/{pk}/transition/resolve", **given, work_minutes="15")
        assert (answer.status_code, queue.now(pk, "state"), minutes(queue)) == (
            200, "resolved", [(cast.agent.person_id, 15)])


class TestRest:
    def test_logs_reads_changes_and_deletes(self, cast, logged_in, queue, day):
        pk, client = queue.make(), logged_in(cast.agent)
        call = rest(client)
        made = call("POST", API, ticket_id=pk, minutes=30, note="Cable")
        assert (made.status_code, made.json["result"]["person_id"]) == (201, cast.agent.person_id)
        address, tag = f"{API}{made.json['id']}", made.headers["ETag"]
        listed = call("GET", f"{API}?q=(filters:!((col:ticket,opr:rel_o_m,value:{pk})))").json
        assert [(row["minutes"], row["worked_on"]) for row in listed["result"]] == [(30, day.isoformat())]
        assert call("PUT", address, minutes=40, version=1).status_code == 200
        stale = client.put(address, json={"minutes": 50}, headers={
            "If-Match": tag, "X-CSRFToken": csrf_token(client, "/profile/password")})
        assert (stale.status_code, minutes(queue)) == (412, [(cast.agent.person_id, 40)])
        assert call("DELETE", address).status_code == 200
        assert minutes(queue) == []

    def test_a_request_sent_twice_logs_once(self, cast, logged_in, queue):
        pk, client = queue.make(), logged_in(cast.agent)
        headers = {"X-CSRFToken": csrf_token(client, "/profile/password"), "Idempotency-Key": "work-1"}
        first, again = (client.post(API, json={"ticket_id": pk, "minutes": 5}, headers=headers) for _ in "ab")
        assert (first.json["id"], minutes(queue)) == (again.json["id"], [(cast.agent.person_id, 5)])

    @pytest.mark.parametrize(("body", "status", "field"), [
        ({"minutes": 0}, 422, "minutes"), ({"minutes": 1441}, 422, "minutes"), ({"minutes": "soon"}, 422, "minutes"),
        ({}, 422, "minutes"), ({"minutes": 5, "ticket_id": 99}, 422, "ticket_id"),
        ({"minutes": 5, "ticket_id": None}, 422, "ticket_id"), ({"minutes": 5, "person_id": 1}, 422, "person"),
        ({"minutes": 5, "worked_on": "2099-01-01"}, 422, "worked_on"),
        ({"minutes": 5, "note": "x" * 1001}, 422, "note"), ({"minutes": 5, "group_id": 1}, 422, "group_id"),
    ])
    def test_names_the_field_that_is_wrong(self, cast, logged_in, queue, body, status, field):
        pk = queue.make()
        answer = rest(logged_in(cast.agent))("POST", API, **{"ticket_id": pk, **body})
        assert (answer.status_code, list(answer.json["fields"])) == (status, [field])
        assert minutes(queue) == []

    def test_a_closed_ticket_is_named(self, cast, logged_in, queue):
        pk = queue.make("Shut", ("cancel", {"reason": "x"}))
        answer = rest(logged_in(cast.agent))("POST", API, ticket_id=pk, minutes=5)
        assert (answer.status_code, list(answer.json["fields"])) == (409, ["ticket"])
        assert rest(logged_in(cast.manager))("POST", API, ticket_id=pk, minutes=5).status_code == 201

    def test_the_auditor_reads_and_writes_nothing(self, cast, logged_in, queue, log):
        pk = queue.make()
        entry, call = log(pk, cast.agent), rest(logged_in(cast.auditor))
        assert call("GET", f"{API}{entry}").json["result"]["minutes"] == 30
        for method, address, body in (("POST", API, {"ticket_id": pk, "minutes": 5}),
                                      ("PUT", f"{API}{entry}", {"minutes": 5}), ("DELETE", f"{API}{entry}", {})):
            assert call(method, address, **body).status_code == 403
        assert queue.all(select(func.sum(WorkEntry.minutes)))[0][0] == 30
