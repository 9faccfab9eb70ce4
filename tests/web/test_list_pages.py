"""Pages of a long list: by place above the cap, in each order and both ways, with empty values; ranks below it."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from addons.incident.models import Incident
from app.db import unit_of_work
from app.records.picklists import Picklist, PicklistValue
from app.sdk.actor import SYSTEM, acting_as
from app.web.interface import Interface
from app.web.keyset import Place, decode, encode
from tests.fab.conftest import make_incident, written  # noqa: F401 - a fixture
from tests.support.people import make_person

LIST = "/incident/incidents/list/"
NOON = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)
ROWS = 7


@pytest.fixture
def queue(cast, written, monkeypatch):  # noqa: F811 - the fixture
    """Seven incidents; some were resolved, two at once; a list of more than four counts as long."""
    with written() as session:
        caller = make_person().id
        made = [make_incident(caller=caller) for _ in range(ROWS)]
        for incident, hours in zip(made, (1, None, 2, 2, None, 3, None), strict=True):
            incident.resolved_at = None if hours is None else NOON + timedelta(hours=hours)
        session.flush()
    monkeypatch.setattr("app.web.interface.COUNT_CAP", 5)


def numbers(text):
    return re.findall(r'class="row-link"[^>]*>(INC\d+)<', text)


def link(text, rel):
    found = re.search(rf'class="page-step" rel="{rel}" href="([^"]+)"', text)
    return unescape(found[1]) if found else None


@pytest.mark.parametrize("order", [
    "", "_oc_IncidentView=number&_od_IncidentView=asc", "_oc_IncidentView=resolved_at&_od_IncidentView=asc",
    "_oc_IncidentView=resolved_at&_od_IncidentView=desc", "_oc_IncidentView=opened_at&_od_IncidentView=asc",
])
def test_every_row_is_on_one_page_forwards_and_backwards(cast, logged_in, queue, order):
    client = logged_in(cast.agent)
    address, pages = f"{LIST}?psize_IncidentView=2&{order}", []
    while address:
        text = client.get(address).text
        assert not re.search(r'aria-current="page">\d', text)
        pages.append(numbers(text))
        last, address = text, link(text, "next")
        assert len(pages) < 9
    seen = [number for page in pages for number in page]
    assert len(seen) == len(set(seen)) == ROWS
    if "number" in order:
        assert seen == sorted(seen)
    back, address = [pages[-1]], link(last, "prev")
    while address:
        text = client.get(address).text
        back.insert(0, numbers(text))
        address = link(text, "prev")
        assert len(back) < 9
    assert [number for page in back for number in page] == seen
    assert link(last, "first").startswith(LIST)


def test_a_place_goes_with_its_order_and_filters(cast, logged_in, queue):
    client = logged_in(cast.agent)
    later = link(client.get(f"{LIST}?psize_IncidentView=2").text, "next")
    text = client.get(later).text
    sorting = re.findall(r'class="sort[^"]*" href="([^"]+)"', text)
    assert len(sorting) == 2
    assert not any("after_IncidentView" in url for url in sorting)
    for token in ("x", "W10", "bnVsbA", "%00", encode(Place("no time", 3)), encode(Place(5, 3)), "9" * 700):
        assert client.get(f"{LIST}?after_IncidentView={token}").status_code == 200, token


def test_choices_sort_by_their_rank_where_the_list_is_short(app, cast, logged_in, written, monkeypatch):  # noqa: F811
    with written() as session:
        ranks = session.execute(
            select(PicklistValue.id).join(Picklist, Picklist.id == PicklistValue.picklist_id)
            .where(Picklist.code == "ticket.priority").order_by(PicklistValue.sequence)).scalars().all()
        for place in (2, 0, 1):
            make_incident(title=f"rank {place}", priority=ranks[place], priority_reason="as told")
    client = logged_in(cast.agent)
    address = f"{LIST}?_oc_IncidentView=priority&_od_IncidentView="
    for direction in ("asc", "desc"):
        found = re.findall(r">rank (\d)<", client.get(address + direction).text)
        assert found == sorted(found, reverse=direction == "desc")
        assert len(found) == 3
    assert "_oc_IncidentView=priority" in client.get(LIST).text
    # A long one is never sorted by what no index serves.
    monkeypatch.setattr("app.web.interface.COUNT_CAP", 2)
    text = client.get(address + "asc").text
    assert len(re.findall(r">rank (\d)<", text)) == 3
    assert "_od_IncidentView=desc&amp;_oc_IncidentView=priority" not in text


def test_a_page_by_place_costs_no_more(cast, logged_in, queue, statements):
    client = logged_in(cast.agent)
    later = link(client.get(f"{LIST}?psize_IncidentView=2").text, "next")
    with statements() as sent:
        client.get(later)
    assert len(sent) <= 12
    assert not any(re.search(r"OFFSET\s+[1-9]", text) for text in sent)


@given(st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))), st.integers(0, 2**63 - 1))
def test_a_place_is_read_as_it_was_written(value, key):
    column = Incident.__mapper__.get_property("resolved_at").columns[0]
    assert decode(encode(Place(value, key)), column) == Place(value, key)


@given(st.text(max_size=40))
def test_no_token_is_a_fault(text):
    decode(text, Incident.__mapper__.get_property("number").columns[0])


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_rows_behind_a_place_are_found_by_an_index(app, statements):
    interface = Interface(Incident)
    with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
        with statements() as sent:
            interface.after(interface.get_filters(["title"]), "opened_at", "desc", Place(NOON, 5), 25)
        (text,) = sent
        values = ("2026-03-05 04:00:00",) * text.count("?")
        plan = [row[3] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]
    assert any("ix_ticket_opened_at (opened_at<" in step for step in plan), plan
