"""An import that was cut short, and one after the desk has gone on working."""

import pytest
from sqlalchemy import func, select

from addons.incident.importers.uci import UciImport
from addons.incident.services.incident import incident_service
from addons.incident.tests.uci_helpers import EXCERPT, counted, incidents, rows, run
from addons.ticket.services.history import TicketHistoryService
from app.db import unit_of_work
from app.records.audit import AuditEntry
from app.sdk.actor import SYSTEM, acting_as

pytestmark = pytest.mark.usefixtures("context")


class Killed(Exception):
    """The process went away in the middle."""


def test_what_was_cut_short_is_completed_by_the_next_run(monkeypatch):
    write, batches = TicketHistoryService.write, []

    def dying(self, session, batch):
        batches.append(batch)
        if len(batches) == 2:
            write(self, session, batch)
            raise Killed
        return write(self, session, batch)

    monkeypatch.setattr(TicketHistoryService, "write", dying)
    with pytest.raises(Killed):
        run(EXCERPT)
    monkeypatch.setattr(TicketHistoryService, "write", write)
    there = len(batches[0])
    ticket, incident = incidents()
    assert rows(select(func.count()).select_from(incident))[0][0] == there

    outcome = run(EXCERPT)

    assert (outcome.unchanged, outcome.brought_in) == (there, 500 - there)
    assert set(counted(select(ticket.c.external_reference)).values()) == {1}
    audit = AuditEntry.__table__
    created = counted(select(audit.c.record_id).where(audit.c.record_type == "incident", audit.c.action == "create"))
    assert created == {row[0]: 1 for row in rows(select(ticket.c.id))}


def test_what_the_desk_did_meanwhile_stays():
    run(EXCERPT)
    ticket, _incident = incidents()
    number = select(ticket.c.id).where(ticket.c.external_reference == "INC0000045")
    (key,) = rows(number)[0]
    with unit_of_work(write=True), acting_as(SYSTEM):
        incident_service.transition(SYSTEM, key, "reopen", {"reason": "it broke again"})
        fresh = incident_service.create(SYSTEM, {"title": "After", "caller": rows(select(ticket.c.caller_id))[0][0]})

    with acting_as(SYSTEM, via="import"):
        outcome = UciImport(EXCERPT).run()

    assert fresh.number == "INC00501"
    assert outcome.unchanged == 500
    assert rows(select(ticket.c.state).where(ticket.c.id == key))[0][0] == "assigned"
