"""The incident's page and REST resource: what each sees, what is refused with its reason."""

import io

from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.tests.incident_helpers import value
from addons.incident.tests.page_helpers import ADD, committed, route
from app.db import unit_of_work
from app.records.attachments import Attachment
from app.records.tags import RecordTag
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import csrf_token, submit


def code(app):
    with app.app_context(), unit_of_work(), acting_as(SYSTEM):
        return value("incident.resolution_code", "solved")


class TestWhatACustomerSees:
    def test_replies_but_no_internal_note(self, cast, logged_in, incident):
        agent, customer = logged_in(cast.agent), logged_in(cast.customer)
        submit(agent, route(incident, "note"), page=incident, body="Psst internal")
        submit(agent, route(incident, "note"), page=incident, body="We are coming", is_public="1")
        ours, theirs = agent.get(incident).text, customer.get(incident).text
        assert ("Psst internal" in ours, "We are coming" in ours) == (True, True)
        assert ("Psst internal" in theirs, "We are coming" in theirs) == (False, True)

    def test_neither_holders_nor_history(self, cast, logged_in, incident):
        agent, customer = logged_in(cast.agent).get(incident).text, logged_in(cast.customer).get(incident).text
        for words in ("Held by", "History"):
            assert (words in agent, words in customer) == (True, False)

    def test_no_internal_file(self, app, cast, logged_in, incident):
        agent, customer = logged_in(cast.agent), logged_in(cast.customer)
        for name, is_public in (("inside.txt", ""), ("outside.txt", "1")):
            agent.post(route(incident, "attachments"), data={
                "csrf_token": csrf_token(agent, incident), "is_public": is_public,
                "file": (io.BytesIO(name.encode()), name)})
        files = {row.name: row.id for row in committed(app, select(Attachment))}
        assert set(files) == {"inside.txt", "outside.txt"}
        for browser, name, status in ((customer, "inside.txt", 404), (customer, "outside.txt", 200),
                                      (agent, "inside.txt", 200)):
            with browser.get(route(incident, f"attachments/{files[name]}")) as answer:
                assert (answer.status_code, answer.data == name.encode()) == (status, status == 200)

    def test_what_a_customer_hands_in_is_public(self, app, cast, logged_in, incident):
        customer = logged_in(cast.customer)
        customer.post(route(incident, "attachments"), data={
            "csrf_token": csrf_token(customer, incident), "file": (io.BytesIO(b"x"), "mine.txt")})
        assert [row.is_public for row in committed(app, select(Attachment))] == [True]

    def test_no_incident_of_others(self, cast, logged_in, incident):
        other = submit(logged_in(cast.agent), ADD, caller=cast.agent.person_id, title="Secret", kind="incident")
        customer = logged_in(cast.customer)
        assert customer.get(other.headers["Location"]).status_code == 404
        assert "Secret" not in customer.get("/incident/incidents/list/").text
        number = other.headers["Location"].rsplit("/", 1)[1]
        assert customer.get(f"/api/v1/incident/{number}").status_code == 404


class TestSteps:
    def test_only_permitted_buttons(self, cast, logged_in, incident):
        agent, auditor = logged_in(cast.agent).get(incident).text, logged_in(cast.auditor).get(incident).text
        for action in ("assign", "transfer", "hold", "resolve", "cancel"):
            assert (f"transition/{action}" in agent, f"transition/{action}" in auditor) == (True, False), action
        assert "transition/close" not in agent

    def test_rest_refuses_with_a_reason(self, app, cast, logged_in, incident):
        agent = logged_in(cast.agent)
        headers = {"X-CSRFToken": csrf_token(agent, ADD)}
        address = "/api/v1/incident/" + incident.rsplit("/", 1)[1]
        for action, values, status, fields in (
            ("close", {}, 409, None), ("fly", {}, 409, None), ("resolve", {}, 422, {"solution", "resolution_code_id"}),
            ("transfer", {"group_id": cast.second_line}, 422, {"reason"}),
            ("hold", {"pending_reason": "holiday"}, 422, {"pending_reason"}),
            ("assign", {"assignee_id": cast.specialist.person_id}, 422, {"assignee"}),
        ):
            answer = agent.post(f"{address}/transition/{action}", json=values, headers=headers)
            assert answer.status_code == status, (action, answer.text)
            assert set(answer.json.get("fields", {})) == (fields or set()), action
            assert answer.json.get("detail")
        assert committed(app, select(Incident.state)) == ["assigned"]
        done = agent.post(f"{address}/transition/resolve", headers=headers,
                          json={"solution": "Paper out", "resolution_code_id": code(app)})
        assert (done.status_code, done.json["result"]["state"]) == (200, "resolved")

    def test_who_lacks_the_right_is_refused(self, app, cast, logged_in, incident):
        customer = logged_in(cast.customer)
        headers = {"X-CSRFToken": csrf_token(customer, ADD)}
        address = "/api/v1/incident/" + incident.rsplit("/", 1)[1]
        answer = customer.post(f"{address}/transition/cancel", json={"reason": "x"}, headers=headers)
        assert answer.status_code == 403
        assert submit(customer, route(incident, "transition/cancel"), page=incident, reason="x").status_code == 403
        assert committed(app, select(Incident.state)) == ["assigned"]


def test_tags_and_watching_by_the_page(app, cast, logged_in, incident):
    agent = logged_in(cast.agent)
    submit(agent, route(incident, "tags"), page=incident, tags="VIP，printer, vip")
    assert sorted(committed(app, select(RecordTag.name))) == ["printer", "vip"]
    assert "Stop watching" not in agent.get(incident).text
    submit(agent, route(incident, "watch"), page=incident)
    assert "Stop watching" in agent.get(incident).text
    submit(agent, route(incident, "watch"), page=incident, stop="1")
    assert "Stop watching" not in agent.get(incident).text


def test_tags_typed_into_a_plain_field_are_shown_as_typed_and_do_nothing(cast, logged_in):
    agent = logged_in(cast.agent)
    made = submit(agent, ADD, caller=cast.agent.person_id, title="x", kind="incident",
                  description="<p>Hello <b>world</b><script>alert(7)</script></p>")
    page = agent.get(made.headers["Location"]).text
    assert "&lt;b&gt;world&lt;/b&gt;" in page
    assert ("<b>world</b>" in page, "<script>alert" in page) == (False, False)
