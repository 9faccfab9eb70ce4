"""Notes and replies that are changed and withdrawn on an incident's page, and who reads what of it."""

import re

import pytest
from sqlalchemy import select

from addons.incident.tests.page_helpers import committed, route
from app.records.timeline import TimelineEntry
from tests.support.people import csrf_token, submit

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def newest(app, column="id"):
    return committed(app, select(getattr(TimelineEntry, column)).order_by(TimelineEntry.id.desc()).limit(1))[0]


def write(agent, incident, **values):
    return submit(agent, route(incident, "note"), page=incident, **values)


def test_a_reply_is_changed_and_its_former_text_is_for_agents(app, cast, logged_in, incident):
    agent, customer = logged_in(cast.agent), logged_in(cast.customer)
    write(agent, incident, body="Call us on 110", is_public="1")
    base = route(incident, f"entries/{newest(app)}")
    assert "Call us on 110" in agent.get(f"{base}/edit").text
    assert submit(agent, f"{base}/edit", body="Call us on 120", seen="").status_code == 302
    page = agent.get(incident).text
    assert ("Call us on 120" in page, "Call us on 110" in page, f"{base}/versions" in page) == (True, False, True)
    assert "<del>110</del><ins>120</ins>" in agent.get(f"{base}/versions").text
    seen = customer.get(incident).text
    assert ("Call us on 120" in seen, "/versions" in seen) == (True, False)
    assert customer.get(f"{base}/versions").status_code == 404
    # Somebody who had the first text open overwrites nothing; a customer changes no agent's words.
    assert submit(agent, f"{base}/edit", body="Call us on 119", seen="").status_code == 422
    assert submit(customer, f"{base}/edit", body="Call nobody", page=incident).status_code == 422
    assert newest(app, "body") == "Call us on 120"


def test_a_note_is_withdrawn(app, cast, logged_in, incident):
    agent, manager = logged_in(cast.agent), logged_in(cast.manager)
    write(agent, incident, body="Wrong customer", is_public="")
    base = route(incident, f"entries/{newest(app)}")
    assert submit(agent, f"{base}/withdraw", reason="").status_code == 422
    assert submit(agent, f"{base}/withdraw", reason="Of another ticket").status_code == 302
    page = agent.get(incident).text
    assert ("Of another ticket" in page, "Wrong customer" in page) == (True, False)
    assert re.search(r"<del>(<[^>]*>)*Wrong customer", manager.get(incident).text)
    assert logged_in(cast.customer).get(f"{base}/withdraw").status_code == 404


def test_a_call_from_the_composer(app, cast, logged_in, incident):
    agent = logged_in(cast.agent)
    told = {"is_public": "call", "direction": "in"}
    assert write(agent, incident, body="Asked for news", minutes="7", **told).status_code == 302
    assert (newest(app, "kind"), newest(app, "data")) == ("call", {"direction": "in", "minutes": 7})
    assert write(agent, incident, body="x", minutes="many", **told).status_code == 422
    assert newest(app, "body") == "Asked for news"


def test_rest(app, cast, logged_in, incident):
    agent = logged_in(cast.agent)
    write(agent, incident, body="Call us", is_public="1")
    address = f"/api/v1/incident/{incident.rsplit('/', 1)[1]}/entries/{newest(app)}"
    headers = {"X-CSRFToken": csrf_token(agent, incident)}
    assert agent.put(address, json={"body": ""}, headers=headers).status_code == 422
    assert agent.put(address, json={"body": "Write to us"}, headers=headers).status_code == 200
    assert newest(app, "body") == "Write to us"
    assert agent.delete(address, headers=headers).status_code == 422
    assert agent.delete(f"{address}?reason=Twice", headers=headers).status_code == 200
    assert newest(app, "withdrawn_reason") == "Twice"
