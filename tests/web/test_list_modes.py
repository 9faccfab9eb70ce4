"""Lists as a graph, a calendar, a Gantt chart: the numbers of their lists, the rows of the reader and no others."""

import json
import random
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import literal, select, update

from addons.incident.models import Incident
from addons.incident.slots import opened_and_resolved
from addons.incident.tests.incident_helpers import PATHS, Desk
from addons.ticket.models import Ticket
from app.db import UtcDateTime, past_audit, unit_of_work
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from app.security.models import UserPreference
from app.web import calendar_mode
from app.web.local_dates import as_date, day_start, first_of, local_date, moved
from tests.support.people import make_company

LIST = "/incident/incidents/list/"
# What each reader looks at: all dimensions in all, and some pairs.
WAYS = {
    "manager": (("state", ""), ("priority", ""), ("category", ""), ("channel", ""), ("group", "state")),
    "specialist": (("group", ""), ("opened_at.day", ""), ("opened_at.week", "priority")),
    "customer": (("opened_at.month", ""), ("company", "state"), ("opened_at.day", "")),
}
ROWS = f"{LIST}calendar/rows"
TILE = "/tiles/incident.flow"
LINK = re.compile(r'class="graph-number[^"]*"><a href="([^"]+)">([\d,]+)</a>')
NUMBER = re.compile(r'<span class="page-count">(\d+) ')


def committed(app):
    """A writing unit of work of the system that stays."""
    return unit_of_work(write=True), acting_as(SYSTEM)


@pytest.fixture
def queue(app, cast):
    """Incidents of several states, groups and companies, opened over ten weeks; the specialist is in New York."""
    chance = random.Random(3)
    unit, actor = committed(app)
    with app.app_context(), unit as session, actor:
        desk, companies = Desk(), [None, *(make_company() for _number in range(3))]
        groups = [cast.first_line, cast.second_line, desk.group.id]
        for number in range(30):
            made = desk.incident_in(chance.choice([*PATHS]), title=f"Fault {number}")
            company = chance.choice(companies)
            with past_audit("made by the test"):
                session.connection().execute(update(Ticket.__table__).where(Ticket.id == made.id).values(
                    opened_at=clock.now() - timedelta(hours=chance.randrange(24 * 70)),
                    company_id=company.id if company else None, group_id=chance.choice([*groups, None]),
                    caller_id=chance.choice([cast.customer.person_id, desk.caller.id])))
        with past_audit("made by the test"):
            session.connection().execute(update(UserPreference.__table__).where(
                UserPreference.user_id == cast.specialist.user_id).values(timezone="America/New_York"))
    return cast


def numbers_of(page):
    """Return (address, number) of every number of a graph's table."""
    return [(unescape(url), int(text.replace(",", ""))) for url, text in LINK.findall(page)]


def count_of(page):
    """Return how many rows a list says it has."""
    found = NUMBER.search(page)
    return int(found[1]) if found else 0


class TestGraph:
    def test_every_number_is_the_number_of_its_list(self, queue, logged_in):
        wholes = set()
        for role, ways in WAYS.items():
            client = logged_in(getattr(queue, role))
            whole = count_of(client.get(LIST).text)
            wholes.add(whole)
            for by, then in ways:
                page = client.get(f"{LIST}?as=graph&by={by}&then={then}&chart=stacked").text
                numbers = numbers_of(page)
                assert count_of(page) == whole
                assert numbers[-1] == (f"{LIST}?view=all", whole)
                if not then:  # no row is without its way to the list
                    assert sum(number for _url, number in numbers[:-1]) == whole
                wrong = [(url, number, shown) for url, number in dict.fromkeys(numbers)
                         if (shown := count_of(client.get(url).text)) != number]
                assert wrong == [], (by, then)
        assert len(wholes) == len(WAYS)  # the readers do not see the same rows

    def test_numbers_stay_within_the_filters_of_the_list(self, queue, logged_in):
        client = logged_in(queue.agent)
        kept = f"_flt_0_state=new&_flt_0_group={queue.first_line}&q=Fault"
        whole = count_of(client.get(f"{LIST}?{kept}").text)
        page = client.get(f"{LIST}?{kept}&as=graph&by=opened_at.week&then=company").text
        numbers = numbers_of(page)
        assert numbers[-1][1] == whole > 0
        for url, number in numbers:
            assert ("_flt_0_state=new" in url, "q=Fault" in url) == (True, True)
            assert count_of(client.get(url).text) == number

    def test_a_group_of_others_leads_to_exactly_the_others(self, app, queue, logged_in):
        unit, actor = committed(app)
        with app.app_context(), unit as session, actor:
            ids = session.execute(select(Incident.id)).scalars().all()
            for key in [*ids, *(Desk().incident().id for _number in range(8))]:
                company = make_company()
                with past_audit("made by the test"):
                    session.connection().execute(update(Ticket.__table__).where(Ticket.id == key).values(
                        company_id=company.id, group_id=queue.first_line))
        client = logged_in(queue.manager)
        for by, then in (("company", ""), ("company", "state"), ("state", "company")):
            page = client.get(f"{LIST}?as=graph&by={by}&then={then}").text
            numbers = numbers_of(page)
            assert "Others" in page
            rest = [(url, number) for url, number in numbers if url.count("_company=") > 10]
            assert rest
            for url, number in rest:
                assert count_of(client.get(url).text) == number
            assert numbers[-1][1] == count_of(page)

    def test_a_graph_costs_no_more_than_a_list(self, queue, logged_in, statements):
        client = logged_in(queue.agent)
        client.get(LIST)
        for by, then in (("group", "company"), ("opened_at.day", "category"), ("state", "")):
            with statements() as seen:
                assert client.get(f"{LIST}?as=graph&by={by}&then={then}").status_code == 200
            assert len(seen) <= 12, seen

    def test_averages_are_those_of_the_rows(self, app, queue, logged_in):
        unit, actor = committed(app)
        with app.app_context(), unit as session, actor, past_audit("made by the test"):
            session.connection().execute(update(Ticket.__table__).values(reopen_count=Ticket.__table__.c.id % 3))
            counts = session.execute(select(Incident.reopen_count)).scalars().all()
        page = logged_in(queue.admin).get(f"{LIST}?as=graph&by=state&measure=avg.reopen_count").text
        total = re.findall(r'graph-total"><a href="[^"]+">([\d.]+)</a>', page)[-1]
        assert float(total) == pytest.approx(sum(counts) / len(counts), abs=0.006)


def seen_by(app, who):
    """Return (id, opened, resolved) of every incident that somebody sees."""
    with app.app_context(), unit_of_work() as session, acting_as(who.actor):
        return session.execute(select(Incident.id, Incident.opened_at, Incident.resolved_at)).all()


class TestCalendar:
    @pytest.mark.parametrize("role", ["agent", "customer"])
    def test_each_week_has_exactly_the_rows_of_its_days(self, app, queue, logged_in, role):
        who = getattr(queue, role)
        client, rows = logged_in(who), seen_by(app, who)
        assert rows
        for number in range(11):
            first = clock.now() - timedelta(days=7 * number + 6)
            end = first + timedelta(days=7)
            answer = client.get(ROWS, query_string={"start": first.isoformat(), "end": end.isoformat()})
            wanted = {str(key) for key, opened, _resolved in rows if first <= opened < end}
            assert {event["id"] for event in answer.json["events"]} == wanted
            assert answer.json["note"] == ""

    def test_the_filters_of_the_list_hold(self, app, queue, logged_in):
        client = logged_in(queue.agent)
        asked = {"start": (clock.now() - timedelta(days=45)).isoformat(), "end": clock.now().isoformat()}
        answer = client.get(f"{ROWS}?_flt_0_group={queue.first_line}&" + urlencode(asked)).json
        with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
            wanted = session.execute(select(Incident.id).where(
                Incident.group_id == queue.first_line, Incident.opened_at >= datetime.fromisoformat(asked["start"]),
            )).scalars().all()
        assert {int(event["id"]) for event in answer["events"]} == set(wanted)
        assert all(event["url"] == f"/incident/incidents/show/{event['id']}" for event in answer["events"])

    def test_more_than_it_shows_is_said(self, queue, logged_in, monkeypatch, statements):
        monkeypatch.setattr(calendar_mode, "MAX_ROWS", 3)
        client = logged_in(queue.agent)
        client.get(LIST)
        asked = {"start": (clock.now() - timedelta(days=45)).isoformat(), "end": clock.now().isoformat()}
        with statements() as seen:
            answer = client.get(ROWS, query_string=asked).json
        assert len(answer["events"]) == 3
        assert "Only the first 3 entries" in answer["note"]
        assert len(seen) <= 6, seen

    @pytest.mark.parametrize("asked", ["", "?start=x&end=y", "?start=2026-01-01&end=2025-01-01",
                                       "?start=2026-01-01&end=2026-06-01", "?start=0001-01-01&end=0001-01-02T00:00%00",
                                       "?start=9999-12-31&end=9999-12-31T23:59:59-23:59"])
    def test_days_that_are_none_are_refused(self, cast, logged_in, asked):
        answer = logged_in(cast.agent).get(f"{ROWS}{asked}")
        assert answer.status_code == 422

    def test_a_way_that_fetches_nothing_has_no_rows(self, cast, logged_in):
        client = logged_in(cast.agent)
        for key in ("graph", "gantt", "table", "nonsense"):
            assert client.get(f"{LIST}{key}/rows").status_code == 404


class TestGantt:
    @pytest.mark.parametrize("role", ["agent", "customer"])
    def test_each_week_has_the_rows_that_lasted_in_it(self, app, queue, logged_in, role):
        who = getattr(queue, role)
        client, rows, now = logged_in(who), seen_by(app, who), clock.now()
        zone = ZoneInfo("Asia/Shanghai")
        for step, back in (("week", 0), ("week", 14), ("month", 30), ("day", 3)):
            first = first_of((now - timedelta(days=back)).astimezone(zone).date(), step)
            start, end = day_start(first, zone), day_start(moved(first, step), zone)
            wanted = {key for key, opened, resolved in rows
                      if opened < end and (resolved or now) >= start}
            found, page = [], 0
            while page < 20:
                text = client.get(f"{LIST}?as=gantt&step={step}&day={first}&psize_IncidentView=7"
                                  f"&page_IncidentView={page}").text
                bars = re.findall(r'<th scope="row"><a href="/incident/incidents/show/(\d+)"', text)
                assert len(bars) <= 7
                assert count_of(text) == len(wanted)
                found += map(int, bars)
                page += 1
                if not bars:
                    break
            assert sorted(found) == sorted(wanted), (step, first)

    def test_it_costs_no_more_than_a_list(self, queue, logged_in, statements):
        client = logged_in(queue.agent)
        client.get(LIST)
        for rows in ("group", "assignee"):
            with statements() as seen:
                assert "gantt-bar" in client.get(f"{LIST}?as=gantt&step=month&rows={rows}").text
            assert len(seen) <= 12, seen


def test_the_tile_counts_what_the_reader_sees(app, queue, logged_in, statements):
    for who in (queue.manager, queue.customer):
        rows, zone = seen_by(app, who), ZoneInfo("Asia/Shanghai")
        today = clock.now().astimezone(zone).date()
        days = [today - timedelta(days=13 - number) for number in range(14)]
        chart = json.loads(unescape(re.search(r'data-chart="([^"]+)"', logged_in(who).get(TILE).text)[1]))
        for place, series in enumerate(chart["series"]):
            times = [row[1 + place].astimezone(zone).date() for row in rows if row[1 + place]]
            assert series["values"] == [times.count(day) for day in days]
            spot = next(number for number, value in enumerate(series["values"]) if value)
            assert count_of(logged_in(who).get(chart["base"] + series["urls"][spot]).text) == series["values"][spot]
    with app.app_context(), unit_of_work(), acting_as(queue.manager.actor), statements() as seen:
        opened_and_resolved(queue.manager.actor)
    assert len(seen) == 2


@pytest.mark.parametrize("asked", [
    "as=graph&by=nonsense&then=state&measure=x&chart=y", "as=graph&by=state&then=state", "as=graph&by=opened_at.year",
    "as=graph&by=opened_at.day&_flt_0_state=%00&q=%00", "as=nothing", "as=graph&by=%F0%9F%98%80&then=%00",
    "as=gantt&step=year&day=x&rows=title&page_IncidentView=-1&psize_IncidentView=99999999999999",
    "as=gantt&day=0001-01-01", "as=gantt&day=9999-12-31&step=month", "as=calendar&_flt_0_group=%00",
    "as=graph&_flt_9_opened_at=x..y&_flt_4_opened_at=9999-99-99..", "as=graph&_flt_4_opened_at=0001-01-01..9999-12-31",
])
def test_nonsense_in_the_address_is_no_fault(cast, logged_in, asked):
    assert logged_in(cast.agent).get(f"{LIST}?{asked}").status_code == 200


ZONES = ("UTC", "Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu",
         "Pacific/Apia", "America/St_Johns", "Africa/Cairo")


@pytest.mark.usefixtures("unit")
class TestLocalDates:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(zone=st.sampled_from(ZONES), step=st.sampled_from(("day", "week", "month")),
           day=st.dates(date(1973, 1, 1), date(2029, 12, 31)), hour=st.times())
    def test_a_database_knows_the_readers_day(self, unit, zone, step, day, hour):
        known, moment = ZoneInfo(zone), datetime.combine(day, hour, UTC)
        found = unit.execute(select(local_date(literal(moment, UtcDateTime), step, known))).scalar()
        assert as_date(found) == first_of(moment.astimezone(known).date(), step)

    @given(zone=st.sampled_from(ZONES), day=st.dates(date(1973, 1, 1), date(2029, 12, 30)))
    @settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_a_day_begins_where_the_one_before_ends(self, unit, zone, day):
        known = ZoneInfo(zone)
        start = day_start(day, known)
        assert start.astimezone(known).date() >= day
        assert (start - timedelta(microseconds=1)).astimezone(known).date() < day
