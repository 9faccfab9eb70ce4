"""The cockpit: every number leads to exactly its rows, for whoever may see it, at a bounded cost."""

import re
from contextlib import contextmanager
from dataclasses import replace

import pytest

from addons.incident.tests.incident_helpers import value
from app.db import unit_of_work
from app.organisation.services import person_service
from app.sdk.actor import SYSTEM, acting_as
from app.web import tiles

PAGE = "/ticket/cockpit/"
KEYS = ["numbers", "channel", "age", "state", "group", "oldest"]


@pytest.fixture
def busy(app, cast, queue):
    """Incidents that each number counts at least once."""
    queue.make("Free", group=None)
    held = queue.make("Held")
    queue.step(held, "assign", group=cast.first_line, assignee=cast.agent.person_id)
    queue.step(queue.make("Waits"), "hold", pending_reason="customer")
    queue.step(queue.make("Waits for others"), "hold", pending_reason="supplier")
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        done = value("incident.resolution_code", "solved")
        person_service.update(SYSTEM, cast.specialist.person_id, {"is_vip": True})
    queue.step(queue.make("Done"), "resolve", solution="Switched off and on", resolution_code=done)
    queue.make("To tell", ("assign", {"group": cast.first_line}),
               ("transfer", {"group": cast.second_line, "reason": "x"}),
               ("resolve", {"solution": "Mended", "resolution_code": done}))
    queue.make("Of a VIP", caller=cast.specialist.person_id, group=cast.second_line)


def numbers_of(client, key):
    """Return {address: number} of a tile."""
    text = client.get(f"/tiles/incident.cockpit.{key}").text
    found = re.findall(r'href="([^"]+)"[^>]*>(?:(?!</a>).)*?(\d+)(?:</span>|</a>)', text, re.DOTALL)
    return {url.replace("&amp;", "&"): int(number) for url, number in found if "/list/" in url}


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)
def test_each_number_leads_to_exactly_its_rows(cast, logged_in, busy, statements):
    client = logged_in(cast.manager)
    assert re.findall(r"/tiles/incident\.cockpit\.(\w+)", client.get(PAGE).text) == KEYS
    for key in KEYS[:-1]:
        with statements() as sent:
            client.get(f"/tiles/incident.cockpit.{key}")
        assert len(sent) <= 8, (key, sent)
        found = numbers_of(client, key)
        # What both lines have solved is resolved; one of them the customer knows of.
        assert 1 in [number for url, number in found.items() if "told_at" in url] if key == "numbers" else any(
            found.values()), key
        for url, number in found.items():
            rows = re.findall(r'<tr data-href="[^"]+" data-row="(\d+)"', client.get(url).text)
            assert len(rows) == number, (url, rows)
    assert "Free" in client.get("/tiles/incident.cockpit.oldest").text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestRights:
    def test_only_its_holders_have_it_and_no_tile_of_it(self, cast, logged_in, busy):
        agent = logged_in(cast.agent)
        assert agent.get(PAGE).status_code in (302, 403)
        assert agent.get("/tiles/incident.cockpit.numbers").status_code == 404
        assert PAGE not in agent.get("/").text

    def test_its_tiles_stand_on_no_start_page(self, cast, logged_in):
        assert "incident.cockpit" not in logged_in(cast.manager).get("/").text

    def test_what_the_reader_may_not_see_is_not_counted(self, app, cast, busy, unit_reader):
        with unit_reader(cast.specialist) as actor:
            found = tiles.available(actor, None)["incident.cockpit.numbers"].load(actor)
        assert [number for _sign, _label, number, _url in found["numbers"]][:2] == [1, 1]


@pytest.fixture
def unit_reader(app):
    """`with unit_reader(login) as actor:` reads as somebody who leads the second line only."""
    @contextmanager
    def reading(login):
        actor = replace(login.actor, permissions=login.actor.permissions | {"cockpit.read"})
        with app.test_request_context(), unit_of_work(), acting_as(actor):
            yield actor

    return reading
