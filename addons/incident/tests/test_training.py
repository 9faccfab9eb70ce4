"""Training needs: counted once a table, sorted by need, each number leads to exactly its incidents."""

import re
from datetime import timedelta
from html import unescape

import pytest

from addons.incident.models import Incident
from addons.incident.services import incident_service
from addons.incident.tests.incident_helpers import value
from app.db import session, unit_of_work
from app.organisation.services import department_service
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import make_person, submit

PAGE = "/incident/training/"
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def asked(app, cast):
    """Wei asked thrice about mail and once about VPN, Li once about mail; long ago Wei asked once."""
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        sales = department_service.create(SYSTEM, {"name": "Sales"})
        wei, li = make_person(name="Wei", department=sales), make_person(name="Li")
        mail, vpn = (value("ticket.category", code) for code in ("software.office.mail_client", "network.access.vpn"))
        plan = [(wei, mail, "query", 1), (wei, mail, "query", 2), (wei, mail, "query", 3), (wei, vpn, "query", 4),
                (li, mail, "query", 5), (li, mail, "incident", 5), (wei, mail, "query", 100), (wei, None, "query", 400)]
        for person, category, kind, days in plan:
            made = incident_service.create(SYSTEM, {"title": "How?", "caller": person, "kind": kind,
                                                    "category": category})
            session().get_one(Incident, made.id).opened_at = clock.now() - timedelta(days=days)
        session().flush()


def tables(page):
    """Return {key: [(texts of the row, address of its number)]}."""
    found = {}
    for key, part in re.findall(r'id="need-(\w+)">(.*?)</section>', page, re.DOTALL):
        rows = re.findall(r"<tr>(<td.*?)</tr>", part.replace("more than before", ""), re.DOTALL)
        found[key] = [([re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)],
                       unescape(re.search(r'href="([^"]+)"', row)[1])) for row in rows]
    return found


def test_the_most_asked_come_first_and_lead_to_their_rows(cast, logged_in, asked, statements):
    manager = logged_in(cast.manager)
    manager.get(PAGE)
    with statements() as sent:
        page = manager.get(PAGE).text
    assert len(sent) <= 12, sent
    found = tables(page)
    assert [row[0] for row in found["person"]] == [["Wei", "4", "1"], ["Li", "1", "0"]]
    assert [row[0][:3] for row in found["topic"]] == [
        ["Wei", "Mail client", "3"], ["Wei", "Remote access (VPN)", "1"], ["Li", "Mail client", "1"]]
    assert [row[0] for row in found["department"]] == [["Sales", "4", "1"], ["(none)", "1", "0"]]
    assert [row[0] for row in found["category"]] == [["Mail client", "4", "1"], ["Remote access (VPN)", "1", "0"]]
    for rows in found.values():
        for texts, url in rows:
            listed = manager.get(url).text
            assert f"1–{texts[-2]} of {texts[-2]}" in listed, url


def test_days_and_kinds_are_chosen(cast, logged_in, asked):
    manager, first = logged_in(cast.manager), (clock.now() - timedelta(days=500)).date()
    found = tables(manager.get(f"{PAGE}?first={first}&kind=query&kind=incident").text)
    assert [row[0][:2] for row in found["person"]] == [["Wei", "6"], ["Li", "2"]]


@pytest.mark.parametrize(("query", "field", "words"), [
    ("first=yesterday", "first", "This is no date."), ("first=0001-01-01", "first", "This is no date."),
    ("first=2026-02-02&last=2026-02-01", "last", "The last day is before the first."),
    ("first=1999-01-01&last=2026-01-01", "first", "Choose at most five years."),
])
def test_nonsense_is_told_beside_its_field(cast, logged_in, query, field, words):
    answer = logged_in(cast.manager).get(f"{PAGE}?{query}&kind=nothing")
    assert answer.status_code == 200
    assert f'id="{field}-error"' in answer.text
    assert words in answer.text


def test_each_table_is_taken_away_as_a_file(cast, logged_in, asked):
    manager = logged_in(cast.manager)
    file = submit(manager, f"{PAGE}export/person", page=PAGE, format="csv")
    assert file.data.decode("utf-8-sig").splitlines() == ["Caller,Asked,Before", "Wei,4,1", "Li,1,0"]
    assert submit(manager, f"{PAGE}export/person", page=PAGE, format="pdf").status_code == 422


def test_only_those_with_the_right(cast, logged_in, asked):
    for who in (cast.agent, cast.auditor, cast.customer):
        refused = logged_in(who).get(PAGE)
        assert refused.status_code in (302, 403), who.username
        assert "Wei" not in refused.text
        assert "/incident/training" not in logged_in(who).get("/").text
