"""What a page costs: FAB asks for each permission, counts everything, and loads relations one by one.

The figures are ceilings measured with a warm process; they do not grow with rows, people or pages.
"""

import re

import pytest

from app.addon_system import permission_sync
from app.addon_system.registry import current_registry
from app.web.interface import COUNT_CAP, Interface
from app.web.keyset import Place
from tests.fab.conftest import make_incident
from tests.support.people import make_company, make_person

BASE = "/incident/incidents"


@pytest.fixture
def agent(cast, logged_in):
    client = logged_in(cast.agent)
    client.get("/")
    return client


@pytest.fixture
def cost(agent, statements):
    """`cost("/")` is the list of statements of a page, asked for a second time."""

    def measured(address):
        assert agent.get(address).status_code == 200
        with statements() as sent:
            assert agent.get(address).status_code == 200
        return sent

    return measured


@pytest.fixture
def many(cast, written):
    """Twelve incidents, each with people and places of its own."""
    with written():
        for number in range(12):
            company = make_company()
            caller = make_person(company=company.id)
            make_incident(title=f"number {number}", caller=caller.id, group=cast.first_line)


def test_a_user_costs_one_statement(client, cast, logged_in, statements):
    agent = logged_in(cast.agent)
    address = "/organisation/people/options/company?q=zzz"
    agent.get(address)
    with statements() as sent:
        agent.get(address)
    # Who asks, with session and epoch of rights; then what was asked for.
    assert len(sent) == 2, sent
    assert "login_session" in sent[0]


def test_the_index(cost):
    assert len(cost("/")) <= 12


def test_a_list_costs_the_same_for_one_row_and_for_many(cost, many, written):
    few = len(cost(f"{BASE}/list/?psize_IncidentView=1"))
    all_of_them = cost(f"{BASE}/list/?psize_IncidentView=50")
    assert len(all_of_them) <= 12
    assert len(all_of_them) == few


def test_a_record_page(cost, many):
    assert len(cost(f"{BASE}/show/1")) <= 12


def test_forms(cost, many):
    assert len(cost(f"{BASE}/add")) <= 12
    assert len(cost(f"{BASE}/edit/1")) <= 12


def test_rest(cost, many):
    assert len(cost("/api/v1/incident/")) <= 6
    assert len(cost("/api/v1/incident/1")) <= 6


def test_reading_writes_nothing(cost, many):
    for address in ("/", f"{BASE}/list/", f"{BASE}/show/1", f"{BASE}/add", "/api/v1/incident/"):
        written = [text for text in cost(address) if re.match(r"\s*(INSERT|UPDATE|DELETE)", text, re.IGNORECASE)]
        assert written == [], address


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)  # SQLite is always given an offset, of 0
def test_the_next_page_is_found_by_key(context, many, statements):
    from addons.incident.models import Incident
    from app.db import unit_of_work
    from app.sdk.actor import SYSTEM, acting_as

    interface = Interface(Incident)
    found, last = [], None
    with unit_of_work(), acting_as(SYSTEM), statements() as sent:
        while page := interface.after(interface.get_filters(["title"]), "number", "asc", last, 5):
            found += [item.number for item in page]
            last = Place(page[-1].number, page[-1].id)
    assert found == sorted(found)
    assert len(found) == len(set(found)) == 12
    assert not any(re.search(r"OFFSET", text, re.IGNORECASE) for text in sent)


def test_a_count_stops(context, many, monkeypatch):
    from addons.incident.models import Incident
    from app.db import unit_of_work
    from app.sdk.actor import SYSTEM, acting_as

    monkeypatch.setattr("app.web.interface.COUNT_CAP", 5)
    interface = Interface(Incident)
    with unit_of_work(), acting_as(SYSTEM):
        count, rows = interface.query(interface.get_filters(["title"]), "number", "asc", page=0, page_size=25)
    assert count == 5
    assert len(rows) == 12
    assert COUNT_CAP == 10_001


class TestPermissions:
    """Synchronised by the installer only, in bulk: FAB did it row by row at each start, and workers crashed."""

    def test_a_start_writes_nothing(self, app, database):
        from sqlalchemy import event

        from app import create_app
        from app.db import db

        other = create_app(database.settings(database.url), load_addons=False)
        sent = []
        with other.app_context():
            event.listen(db.engine, "before_cursor_execute", lambda _c, _u, text, *_rest: sent.append(text))
        # The same engine serves the full start: what it sends is all that a worker sends.
        with other.app_context():
            from app.addon_system import loader
            from app.platform import PLATFORM

            loader.load_enabled(other, PLATFORM)
            db.engine.dispose()
        assert [text for text in sent if re.match(r"\s*(INSERT|UPDATE|DELETE|CREATE|ALTER)", text, re.IGNORECASE)] == []

    def test_nothing_changed_writes_nothing_and_asks_little(self, unit, statements):
        with statements() as sent:
            assert permission_sync.sync(unit, current_registry()) == 0
        assert len(sent) <= 10
        assert [text for text in sent if re.match(r"\s*(INSERT|UPDATE|DELETE)", text, re.IGNORECASE)] == []

    def test_what_is_new_is_written_in_bulk(self, unit, statements):
        from app.sdk.permissions import Permission

        registry = current_registry()
        new = {f"thing{number}.read": Permission(f"thing{number}", "read") for number in range(200)}
        registry.permissions.update(new)
        try:
            with statements() as sent:
                assert permission_sync.sync(unit, registry) >= 400
        finally:
            for key in new:
                del registry.permissions[key]
        assert len(sent) <= 16

    def test_four_installers_at_once_write_each_right_once(self, context, database):
        from concurrent.futures import ThreadPoolExecutor

        from sqlalchemy import func, select

        from app.db import db, unit_of_work
        from app.sdk.actor import SYSTEM, acting_as
        from app.sdk.permissions import Permission
        from app.security.fab_tables import PermissionView, ViewMenu

        registry = current_registry()
        registry.permissions["brandnew.read"] = Permission("brandnew", "read")

        def install(_number):
            from app.addon_system import locks

            with context.app_context():
                with locks.exclusive(db.engine, locks.WORK), unit_of_work(write=True) as session, acting_as(SYSTEM):
                    permission_sync.sync(session, registry)
                db.session.remove()

        try:
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(install, range(4)))
        finally:
            del registry.permissions["brandnew.read"]
        with unit_of_work() as session:
            assert session.execute(select(func.count()).select_from(PermissionView).join(
                ViewMenu, ViewMenu.id == PermissionView.view_menu_id).where(ViewMenu.name == "brandnew")).scalar() == 1
