"""100,000 people and incidents: FAB loaded all of a relation into each form, counted all rows, paged by OFFSET."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from addons.incident.models import Incident
from addons.ticket.models import Ticket
from app.organisation.models import Person
from tests.fab.conftest import make_incident

ROWS = 100_000
BASE = "/incident/incidents"
START = datetime(2026, 1, 1, tzinfo=UTC)


def fill(session, group_id):
    """Write the rows past the ORM: what is measured is reading them."""
    connection, now = session.connection(), START
    first = make_incident().id
    people, tickets = Person.__table__, Ticket.__table__
    connection.execute(insert(people), [
        {"id": 1000 + number, "name": f"Somebody {number}", "is_vip": False, "is_active": True, "created_at": now,
         "updated_at": now, "version": 1, "search_text": f"somebody {number}"} for number in range(ROWS)
    ])
    # PostgreSQL looks a foreign key up by the plan that it made when the table was small, unless it is told: minutes.
    connection.exec_driver_sql("ANALYZE")
    ids = range(first + 1000, first + 1000 + ROWS)
    connection.execute(insert(tickets), [
        {"id": key, "type": "incident", "kind": "incident", "number": f"Z{key:07d}", "title": f"Fault {key}",
         "state": "assigned", "state_category": "open", "opened_at": now + timedelta(seconds=key), "is_vip": False,
         "reopen_count": 0, "transfer_count": 0, "is_priority_overridden": False, "caller_id": 1000 + key % ROWS,
         "group_id": group_id, "created_at": now, "updated_at": now, "version": 1} for key in ids
    ])
    connection.exec_driver_sql("ANALYZE")
    connection.execute(insert(Incident.__table__), [{"id": key} for key in ids])
    connection.exec_driver_sql("ANALYZE")
    return ids[ROWS // 2]


@pytest.mark.timeout(400)
def test_pages_stay_small_and_cheap(cast, logged_in, written, statements, subtests):
    with written() as session:
        middle = fill(session, cast.first_line)
    client = logged_in(cast.agent)
    client.get("/")

    def visit(address):
        client.get(address)
        with statements() as sent:
            answer = client.get(address)
        assert answer.status_code == 200, address
        return answer.text, sent

    pages = {
        "list": f"{BASE}/list/", "last page": f"{BASE}/list/?page_IncidentView=300&psize_IncidentView=25",
        "sorted": f"{BASE}/list/?_oc_IncidentView=number&_od_IncidentView=asc", "show": f"{BASE}/show/{middle}",
        "add": f"{BASE}/add", "edit": f"{BASE}/edit/{middle}", "people": "/organisation/people/list/",
    }
    for name, address in pages.items():
        with subtests.test(name):
            text, sent = visit(address)
            assert len(sent) <= 12, sent
            assert len(text) < 250_000
            assert len(re.findall(r"<option", text)) < 450
    with subtests.test("the count stops"):
        text, _ = visit(f"{BASE}/list/")
        assert "10,000" in text
        assert "100,00" not in text
    with subtests.test("options"):
        answer = client.get(f"{BASE}/options/caller?q=Somebody")
        assert len(answer.json["results"]) == 20
    with subtests.test("rest"):
        answer = client.get("/api/v1/incident/")
        assert (answer.status_code, answer.json["count"]) == (200, 10_001)
