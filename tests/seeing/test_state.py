"""Readiness, and the page of the system's state."""

import pytest

from app.addon_system.models import AddonRow
from app.db import unit_of_work
from app.sdk.actor import SYSTEM, acting_as
from app.seeing import lines
from app.seeing.lines import SystemLine, Told
from app.serve import health

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_it_is_ready_where_the_tables_are_those_of_the_code(app, client, monkeypatch):
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json == {"status": "ok", "database": "ok", "generation": ready.json["generation"],
                          "migrations": "ok", "redis": "away"}
    with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
        session.get(AddonRow, "ticket").revision = "ticket_0001"
    assert client.get("/readyz").status_code == 200  # what the row says is asked of the tables themselves
    monkeypatch.setattr(health.migrations, "pending", lambda *_of: [health.migrations.Step("x", "expand")])
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["migrations"]) == (503, "pending")


def test_the_page_shows_all_and_the_lines_of_others(app, cast, logged_in, monkeypatch):
    registry = app.extensions["desk_registry"]
    line = SystemLine("test.mail", "Mail of the test", lambda _actor: Told("7 wait", lines.DOUBTFUL, "/jobs/"))
    monkeypatch.setattr(registry, "slots", [*registry.slots, line])
    page = logged_in(cast.admin).get("/system/")
    assert page.status_code == 200
    for text in ("Mail of the test", "7 wait", "Needs a look", "sqlite 3", "incident", "Processes"):
        assert text in page.text


@pytest.mark.parametrize("who", ["agent", "customer"])
def test_it_is_closed_to_others(cast, logged_in, who):
    assert "sqlite 3" not in logged_in(getattr(cast, who)).get("/system/").text
