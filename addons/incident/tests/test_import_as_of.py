"""What was known on a past day, and times moved to now."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from addons.incident.tests import uci_oracle as oracle
from addons.incident.tests.uci_helpers import EXCERPT, WHOLE, counted, hashes, incidents, rows, run
from app.records.audit import AuditEntry
from app.records.intervals import RecordInterval
from app.records.timeline import TimelineEntry

pytestmark = pytest.mark.usefixtures("context")
DAY = date(2016, 3, 3)
NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
# What is reckoned before anything is written needs no second database: each case brings in 500 incidents.
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


class TestAsOf:
    def test_leaves_the_rest_open(self):
        known = oracle.known_on(oracle.read(EXCERPT), DAY)

        outcome = run(EXCERPT, DAY)

        ticket, _incident = incidents()
        states = counted(select(ticket.c.state, ticket.c.pending_reason))
        assert outcome.brought_in == len(known)
        assert outcome.events == sum(map(len, known.values()))
        assert states == Counter(oracle.state_on(events, DAY) for events in known.values())
        assert {"new", "in_progress", "pending", "resolved", "closed"} <= {state for state, _reason in states}

    @ON_SQLITE
    def test_tells_nothing_of_the_days_after(self):
        run(EXCERPT, DAY)

        end, (ticket, incident) = oracle.end_of(DAY), incidents()
        audit, stretch, entry = AuditEntry.__table__, RecordInterval.__table__, TimelineEntry.__table__
        for column in (ticket.c.opened_at, ticket.c.resolved_at, ticket.c.closed_at, ticket.c.updated_at,
                       stretch.c.started_at, stretch.c.ended_at, entry.c.at):
            assert rows(select(func.max(column)))[0][0] < end
        assert rows(select(func.max(audit.c.at)).where(audit.c.record_type == "incident"))[0][0] < end
        for data in (row[0] for row in rows(select(entry.c.data))):
            for name in ("sys_updated_at", "resolved_at", "closed_at"):
                raw = data["log"].get(name, "?")
                assert raw == "?" or oracle.instant(raw) < end
        unfinished = ticket.c.state.not_in(["resolved", "closed"])
        still_open = rows(select(ticket.c.resolved_at, ticket.c.closed_at, incident.c.resolution_code_id)
                          .join(incident, incident.c.id == ticket.c.id)
                          .where(unfinished, ticket.c.reopen_count == 0))
        assert still_open
        assert set(map(tuple, still_open)) == {(None, None, None)}

    def test_a_second_run_changes_nothing(self):
        first = run(EXCERPT, DAY)
        before = hashes()

        again = run(EXCERPT, DAY)

        assert (again.brought_in, again.unchanged) == (0, first.brought_in)
        assert hashes() == before

    def test_a_later_day_adds_what_is_new_and_leaves_what_was_there(self):
        first = run(EXCERPT, date(2016, 2, 29))
        second = run(EXCERPT)

        assert first.brought_in + second.brought_in == 500
        assert second.different + second.unchanged == first.brought_in
        assert second.different > 0

    @pytest.mark.timeout(600)
    @pytest.mark.skipif(not WHOLE, reason="INCIDENT_LOG is unset")
    def test_the_queue_of_the_fifteenth_of_may(self):
        run(oracle.Path(WHOLE), date(2016, 5, 15))

        ticket, _incident = incidents()
        by_category = counted(select(ticket.c.state_category))
        assert by_category["open"] + by_category["paused"] == 1239
        assert by_category["resolved"] == 1303


@ON_SQLITE
class TestShiftToNow:
    def test_moves_every_time_by_the_same_span(self):
        known = oracle.known_on(oracle.read(EXCERPT), DAY)
        span = NOW - oracle.end_of(DAY)

        with time_machine.travel(NOW, tick=False):
            run(EXCERPT, DAY, to_now=True)

        ticket, _incident = incidents()
        for reference, opened in rows(select(ticket.c.external_reference, ticket.c.opened_at)):
            assert opened == oracle.instant(known[reference][0]["opened_at"]) + span
        entry = TimelineEntry.__table__
        for at, data in rows(select(entry.c.at, entry.c.data)):
            raw = data["log"].get("sys_updated_at")
            if raw is not None and data["line"] != 360:  # the row before that one is out of order
                assert abs(at - span - oracle.instant(raw)) <= timedelta(hours=2)
        assert rows(select(func.max(entry.c.at)))[0][0] <= NOW

    def test_without_a_day_the_last_event_is_now(self):
        with time_machine.travel(NOW, tick=False):
            run(EXCERPT, to_now=True)

        ticket, _incident = incidents()
        assert rows(select(func.max(ticket.c.updated_at)))[0][0] == NOW

    def test_a_second_run_at_another_time_changes_nothing(self):
        with time_machine.travel(NOW, tick=False):
            run(EXCERPT, DAY, to_now=True)
        before = hashes()

        with time_machine.travel(NOW + timedelta(days=3), tick=False):
            run(EXCERPT, DAY, to_now=True)

        assert hashes() == before
