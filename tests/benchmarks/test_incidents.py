"""The generator writes what the live desk would have written, and the runner gets an answer from each page."""

import random

from sqlalchemy import func, select

from addons.incident.models import Incident
from addons.ticket.services import counters
from app.db import unit_of_work
from app.records.audit import AuditEntry
from app.records.intervals import RecordInterval
from app.records.search import SearchEntry, matching, tokens_of
from app.records.timeline import TimelineEntry
from app.sdk.actor import SYSTEM, acting_as
from benchmarks.incidents import fill, measure, report
from benchmarks.incidents.phrases import Texts

COUNT = 150


def test_it_writes_whole_incidents_and_measures_each_page(app):
    with app.app_context():
        fill.fill(COUNT, groups=8)
        check_rows()
    found = list(measure.measured(app, 1, "open", warm=0))
    rows = [{"database": "any", "size": size, **row} for size in (1, 2) for row in found]
    assert {row["who"] for row in rows} == {"", "admin", "agent", "customer", "nobody"}
    text = report.tables(rows)
    assert text.count("| open incidents of a group | admin |") == 3
    assert next(row["rows"] for row in rows if row["who"] == "customer") == 5
    assert next(row["rows"] for row in rows if row["who"] == "nobody") == 0


def check_rows():
    with unit_of_work() as session, acting_as(SYSTEM):
        assert session.scalar(select(func.count(Incident.id))) == COUNT
        assert list(counters.differences(session)) == []
        for model in (AuditEntry, RecordInterval, TimelineEntry, SearchEntry):
            of = select(func.count(func.distinct(model.record_id))).where(model.record_type == "incident")
            assert session.scalar(of) >= COUNT * 0.9, model
        last = session.scalar(select(Incident).order_by(Incident.id.desc()).limit(1))
        tokens = session.scalar(select(SearchEntry.tokens).where(SearchEntry.record_id == last.id,
                                                                 SearchEntry.record_type == "incident"))
        assert set(tokens.split()) == set(tokens_of(Incident, vars(last)).split())
        assert session.scalar(select(func.count(Incident.id)).where(matching(Incident, last.number))) >= 1


def test_the_same_seed_gives_the_same_words():
    first, second = ([Texts(random.Random(3)).incident() for _ in range(5)] for _ in range(2))
    assert first == second
