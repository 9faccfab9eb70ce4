"""Known errors are found while an incident is logged, by those who may read problems."""

from dataclasses import replace

import pytest

from addons.incident_problem.slots import known_errors
from addons.problem.services import problem_service
from addons.problem.tests.problem_helpers import READER, Office
from app.addon_system.registry import EXTENSION
from app.db import unit_of_work
from app.sdk.actor import SYSTEM, acting_as
from app.web.slots import SlotItem
from tests.support.people import make_actor


@pytest.fixture
def office(unit) -> Office:
    return Office()


def published(office, title, **values):
    problem = office.problem("known_error", title=title, **values)
    with acting_as(SYSTEM):
        return problem_service.transition(SYSTEM, problem.id, "publish", {"workaround": "<p>Restart it</p>"})


@pytest.mark.parametrize(("title", "typed", "is_found"), [
    ("VPN 客户端升级后频繁断开", "VPN 又断开了", True),
    ("VPN 客户端升级后频繁断开", "客户端断开", True),
    ("Printer on the third floor jams", "the printer jams", True),
    ("Printer on the third floor jams", "No mail since this morning", False),
    ("三楼打印机每周卡纸", "邮件无法发送", False),
    ("三楼打印机每周卡纸", "", False),
    ("三楼打印机每周卡纸", "%_ ' \" * (", False),
])
def test_by_the_words_of_the_title(office, title, typed, is_found):
    problem = published(office, title)
    with acting_as(office.who["reader"]):
        found = known_errors({"title": typed}, office.who["reader"]).get("rows", [])
    assert [row.id for row in found] == ([problem.id] if is_found else [])


def test_the_likest_comes_first_and_what_is_not_published_never(office):
    best, other = published(office, "Mail server stops at noon"), published(office, "Mail is slow")
    office.problem("known_error", title="Mail server stops at noon every day")
    with acting_as(office.who["reader"]):
        rows = known_errors({"title": "mail server stops"}, office.who["reader"])["rows"]
    assert rows[0].id == best.id
    assert {row.id for row in rows} <= {best.id, other.id}


def test_who_sees_no_problems_is_told_of_none(office):
    published(office, "Mail server stops")
    nobody = make_actor([right for right in READER if "read_all" not in str(right)])
    with acting_as(nobody):
        assert known_errors({"title": "mail server stops"}, nobody) == {}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_it_stands_beside_the_form(app, cast, logged_in):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        published(Office(), "Mail server stops")
    admin, agent = logged_in(cast.admin), logged_in(cast.agent)
    # One is published, never entered by itself.
    home = admin.get("/").text
    assert ("/problem/problems/add" in home, "/problem/known-errors/add" in home) == (True, False)
    assert "data-hints=" in admin.get("/incident/incidents/add").text
    assert "Restart it" in admin.get("/incident/incidents/hints?title=mail+server").text
    assert "data-hints=" not in agent.get("/incident/incidents/add").text
    assert "Restart it" not in agent.get("/incident/incidents/hints?title=mail+server").text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_where_it_fails_the_form_and_the_card_go_on(app, cast, logged_in, monkeypatch):
    def failing(*_about):
        raise ZeroDivisionError

    registry = app.extensions[EXTENSION]
    broken = [replace(one, load=failing) if isinstance(one, SlotItem) and one.template.startswith("incident_problem/")
              else one for one in registry.slots]
    monkeypatch.setattr(registry, "slots", broken)
    admin = logged_in(cast.admin)
    hints = admin.get("/incident/incidents/hints?title=mail")
    assert (hints.status_code, "Known errors" in hints.text) == (200, False)
    assert admin.get(f"/organisation/people/{cast.agent.person_id}/card").status_code == 200
