"""The incident log comes in whole: what the database says is what the file says, worked out independently."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from addons.incident.tests import uci_oracle as oracle
from addons.incident.tests.uci_helpers import LOGS, counted, hashes, incidents, rows, run, states_at, told_again
from app.organisation.models import WorkGroup
from app.records.audit import AuditEntry
from app.records.intervals import RecordInterval
from app.records.picklists import PicklistValue
from app.records.timeline import TimelineEntry

DAYS = {"500": (date(2016, 2, 29), date(2016, 3, 3), date(2016, 3, 9)),
        "whole": (date(2016, 3, 31), date(2016, 5, 15), date(2016, 9, 1))}
PRIORITY = {"1 - Critical": "critical", "2 - High": "high", "3 - Moderate": "medium", "4 - Low": "low"}


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("path", LOGS)
def test_the_whole_log(path, request):
    log = oracle.read(path)
    days = DAYS["whole" if "whole" in request.node.callspec.id else "500"]

    outcome = run(path)

    assert (outcome.brought_in, outcome.events) == (len(log), sum(map(len, log.values())))
    assert outcome.problems == []
    _counts_are_equal(log)
    _states_are_equal(log, days)
    _times_are_equal(log)
    _nothing_is_lost(log)
    _history_is_consistent(log)
    before = hashes()
    again = run(path)
    assert (again.brought_in, again.unchanged, again.different) == (0, len(log), 0)
    assert hashes() == before


def _counts_are_equal(log):
    ticket, incident = incidents()
    value, parent, group = aliased(PicklistValue), aliased(PicklistValue), WorkGroup.__table__
    names = dict(map(tuple, rows(select(PicklistValue.id, PicklistValue.label))))

    def of(column):
        return Counter({names[key]["en"] if key else "?": count
                        for key, count in counted(select(column)).items()})

    by_priority = counted(select(value.code).join(ticket, ticket.c.priority_id == value.id))
    assert by_priority == {PRIORITY[raw]: n for raw, n in oracle.last_values(log, "priority").items()}
    by_group = Counter({(name or {"en": "?"})["en"]: n for name, n in rows(
        select(group.c.name, func.count()).select_from(ticket)
        .join(group, group.c.id == ticket.c.group_id, isouter=True).group_by(ticket.c.group_id, group.c.id))})
    assert by_group == oracle.last_values(log, "assignment_group")
    by_category = Counter()
    for own, above in rows(select(value.label, parent.label).select_from(ticket)
                           .join(value, value.id == ticket.c.category_id, isouter=True)
                           .join(parent, parent.id == value.parent_id, isouter=True)):
        by_category[(above or own or {"en": "?"})["en"]] += 1
    assert by_category == oracle.last_values(log, "category")
    assert of(incident.c.symptom_id) == oracle.last_values(log, "u_symptom")
    by_code = {name.lower(): n for name, n in of(incident.c.resolution_code_id).items()}
    assert by_code == oracle.last_values(log, "closed_code")
    for ours, theirs in (("transfer_count", "reassignment_count"), ("reopen_count", "reopen_count")):
        assert counted(select(ticket.c[ours])) == {
            int(raw): n for raw, n in oracle.last_values(log, theirs).items()}
    assert counted(select(ticket.c.state)) == {"closed": len(log)}


def _states_are_equal(log, days):
    for day in days:
        assert states_at(oracle.end_of(day)) == oracle.states_on(log, day), day


def _times_are_equal(log):
    ticket, _incident = incidents()
    found = {row.external_reference: row for row in rows(select(
        ticket.c.external_reference, ticket.c.opened_at, ticket.c.resolved_at, ticket.c.closed_at))}
    assert found.keys() == log.keys()
    for number, events in log.items():
        for name in ("opened_at", "resolved_at", "closed_at"):
            raw = events[-1][name]
            assert getattr(found[number], name) == (None if raw == "?" else oracle.instant(raw)), (number, name)
    for name in ("opened_at", "resolved_at", "closed_at"):
        by_month = Counter(value.strftime("%Y-%m") if (value := getattr(row, name)) else "?" for row in found.values())
        assert by_month == oracle.months(log, name)


def _nothing_is_lost(log):
    told = told_again()
    for number, events in log.items():
        # What the log gives on every row although it came later is told with the row at which it had happened.
        assert told[number][-1] == events[-1]
        without = [{k: v for k, v in row.items() if k not in oracle.ENDING} for row in events]
        assert [{k: v for k, v in row.items() if k not in oracle.ENDING} for row in told[number]] == without


def _history_is_consistent(log):
    entry, stretch, audit = TimelineEntry.__table__, RecordInterval.__table__, AuditEntry.__table__
    ticket, _incident = incidents()
    total = sum(map(len, log.values()))
    assert rows(select(func.count()).where(entry.c.record_type == "incident"))[0][0] == total
    assert counted(select(audit.c.via).where(audit.c.record_type == "incident")).keys() == {"import"}
    assert counted(select(audit.c.record_id).where(audit.c.record_type == "incident", audit.c.action == "create")) \
        == dict.fromkeys((row[0] for row in rows(select(ticket.c.id))), 1)
    last: dict[int, tuple] = {}
    for row in rows(select(stretch.c.record_id, stretch.c.started_at, stretch.c.ended_at, stretch.c.state,
                           stretch.c.group_id, stretch.c.assignee_id)
                    .where(stretch.c.record_type == "incident").order_by(stretch.c.id)):
        if row.record_id in last:
            assert last[row.record_id].ended_at == row.started_at
        assert row.ended_at is None or row.ended_at >= row.started_at
        last[row.record_id] = row
    for row in rows(select(ticket.c.id, ticket.c.state, ticket.c.group_id, ticket.c.assignee_id)):
        end = last[row.id]
        assert (end.ended_at, end.state, end.group_id, end.assignee_id) == (
            None, row.state, row.group_id, row.assignee_id)
