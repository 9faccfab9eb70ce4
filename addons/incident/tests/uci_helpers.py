"""Runs of the import, and what they left in the database."""

import hashlib
import json
import os
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from addons.incident.importers.uci import Outcome, UciImport
from addons.incident.importers.uci_file import COLUMNS
from addons.incident.models import Incident
from app.db import Model, unit_of_work
from app.records.intervals import RecordInterval
from app.records.timeline import TimelineEntry
from app.sdk.actor import Actor, acting_as

EXCERPT = Path(__file__).resolve().parents[3] / "tests" / "data" / "uci_incident_log_500.csv.xz"
WHOLE = os.environ.get("INCIDENT_LOG")
LOGS = [
    pytest.param(EXCERPT, id="500"),
    pytest.param(Path(WHOLE or "unset"), id="whole", marks=[
        pytest.mark.skipif(not WHOLE, reason="INCIDENT_LOG is unset"), pytest.mark.timeout(600),
    ]),
]  # fmt: skip
TOUCHED = ("ticket", "incident", "timeline_entry", "record_interval", "audit_entry", "import_origin", "person", "site",
           "work_group", "group_member", "picklist", "picklist_value", "number_sequence")


def run(path: Path, as_of: date | None = None, *, to_now: bool = False) -> Outcome:
    """Run the import as its command does."""
    with acting_as(Actor.system("import"), via="import", cause="uci-incidents"):
        return UciImport(path, as_of, to_now).run()


def rows(statement: Any) -> list[Any]:
    """Return what a Core statement finds."""
    with unit_of_work() as session:
        return list(session.connection().execute(statement))


def counted(statement: Any) -> Counter[Any]:
    """Return how often each row of a statement comes; rows of one column count by it."""
    return Counter(row[0] if len(row) == 1 else tuple(row) for row in rows(statement))


def hashes() -> dict[str, str]:
    """Return a hash of all rows of each table that an import may touch."""
    found = {}
    for name in TOUCHED:
        table = Model.metadata.tables[name]
        digest = hashlib.sha256()
        for row in rows(select(table).order_by(table.c.id)):
            digest.update(json.dumps(list(row), default=str, sort_keys=True).encode())
        found[name] = digest.hexdigest()
    return found


def incidents() -> tuple[Table, Table]:
    """Return the two tables of an incident."""
    return Incident.__table__.metadata.tables["ticket"], Incident.__table__


def states_at(moment: datetime) -> Counter[tuple[str, str | None]]:
    """Return what the intervals say of a moment: how many incidents were in which state just before it."""
    table = RecordInterval.__table__
    moment = moment.astimezone(UTC)
    return counted(select(table.c.state, table.c.pending_reason).where(
        table.c.record_type == "incident", table.c.started_at < moment,
        table.c.ended_at.is_(None) | (table.c.ended_at >= moment),
    ))


def told_again() -> dict[str, list[dict[str, str]]]:
    """Put the log together again from the timeline: each incident's rows, cell by cell."""
    ticket, entry = incidents()[0], TimelineEntry.__table__
    statement = (
        select(ticket.c.external_reference, entry.c.data)
        .join(entry, (entry.c.record_id == ticket.c.id) & (entry.c.record_type == "incident"))
        .order_by(entry.c.record_id, entry.c.id)
    )
    found: dict[str, list[dict[str, str]]] = {}
    for reference, data in rows(statement):
        told = found.setdefault(reference, [])
        before = told[-1] if told else {**dict.fromkeys(COLUMNS, "?"), "number": reference}
        told.append({**before, **data["log"]})
    return found
