"""The audit log cannot be changed unnoticed: triggers refuse, and the chain of seals names what was done past them."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from app.db import session, unit_of_work
from app.records import audit, audit_chain, audit_jobs
from app.records.audit import AuditEntry
from app.records.audit_chain import ALTERED, GONE, AuditCheck, AuditSeal
from app.records.settings import setting_service
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.jobs import Again
from tests.support.people import make_company

TRIGGERS = ("audit_entry_unchanged", "audit_entry_kept", "audit_seal_unchanged")


@pytest.fixture
def written(context):
    """Six entries of the log beside those of set-up, all of them sealed; the ids of the six."""
    with unit_of_work(write=True), acting_as(SYSTEM):
        for number in range(6):
            audit.write(session(), "company", number + 1, "update", {"name": (None, f"公司 {number} 𠮷")})
    seal_all()
    with unit_of_work() as unit:
        return sorted(unit.execute(select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(6)).scalars())


def seal_all():
    while audit_chain.seal_batch():
        pass


def later(monkeypatch, days):
    then = clock.now() + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: then)


def faults():
    with unit_of_work() as unit:
        reading = audit_chain.begin(unit)
        assert audit_chain.read_on(unit, reading)
        return [(fault.kind, fault.entry_id) for fault in reading.faults]


def past_the_triggers(kind, *statements):
    """Do what only the owner of the database can."""
    with unit_of_work(write=True) as unit:
        for name in TRIGGERS:
            table = "audit_seal" if "seal" in name else "audit_entry"
            unit.execute(text(f"DROP TRIGGER {name}" if kind == "sqlite" else f"DROP TRIGGER {name} ON {table}"))
        for statement in statements:
            unit.connection().execute(statement)


@pytest.mark.parametrize("statement", [
    update(AuditEntry.__table__).values(actor_label="somebody else"),
    delete(AuditEntry.__table__),
    update(AuditSeal.__table__).values(entry_id=AuditSeal.entry_id + 1000),
])
def test_the_database_refuses_to_change_the_log(written, statement):
    with pytest.raises(DBAPIError, match="audit log"), unit_of_work(write=True) as unit:
        unit.connection().execute(statement)
    assert faults() == []


def test_an_altered_entry_is_named(written, database_kind):
    past_the_triggers(database_kind, update(AuditEntry.__table__).where(AuditEntry.id == written[2]).values(new="x"))
    assert faults() == [(ALTERED, written[2])]


def test_a_deleted_entry_is_named_with_or_without_its_seal(written, database_kind):
    with unit_of_work() as unit:
        gone = unit.execute(select(AuditSeal.position).where(AuditSeal.entry_id == written[4])).scalar_one()
    past_the_triggers(database_kind, delete(AuditEntry.__table__).where(AuditEntry.id.in_([written[1], written[4]])),
                      delete(AuditSeal.__table__).where(AuditSeal.entry_id == written[4]))
    with unit_of_work() as unit:
        reading = audit_chain.begin(unit)
        audit_chain.read_on(unit, reading)
    assert [(one.kind, one.entry_id) for one in reading.faults] == [(GONE, written[1]), (GONE, None)]
    assert reading.faults[1].position == gone


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestOnOneDatabase:
    def test_entries_that_changed_places_are_named(self, written, database_kind):
        seals = {row.entry_id: row.position for row in self.rows(AuditSeal)}
        first, second = written[1], written[3]
        past_the_triggers(database_kind,
                          update(AuditSeal.__table__).where(AuditSeal.entry_id == first).values(entry_id=-1),
                          update(AuditSeal.__table__).where(AuditSeal.entry_id == second).values(entry_id=first),
                          update(AuditSeal.__table__).where(AuditSeal.entry_id == -1).values(entry_id=second))
        assert faults() == [(ALTERED, second), (ALTERED, first)]
        assert seals[first] < seals[second]

    def test_one_that_comes_late_is_sealed_behind_the_others(self, written):
        low = written[0]
        with unit_of_work(write=True) as unit:
            # As a transaction that took its id early and commits last: the hole is filled after the others are sealed.
            past = [{column.key: getattr(one, column.key) for column in AuditEntry.__table__.columns}
                    for one in unit.execute(select(AuditEntry).where(AuditEntry.id == low)).scalars()]
            unit.connection().execute(AuditEntry.__table__.insert(), [{**past[0], "id": written[-1] + 50}])
        seal_all()
        with unit_of_work(write=True) as unit:
            unit.connection().execute(AuditEntry.__table__.insert(), [{**past[0], "id": written[-1] + 20}])
            assert audit_chain.unsealed(unit) == 1
        seal_all()
        positions = {row.entry_id: row.position for row in self.rows(AuditSeal)}
        assert positions[written[-1] + 20] == positions[written[-1] + 50] + 1
        assert faults() == []

    def test_a_new_chain_does_not_fit_what_was_noted_elsewhere(self, written, database_kind):
        with unit_of_work() as unit:
            noted = audit_chain.head(unit)
        past_the_triggers(database_kind, update(AuditEntry.__table__).where(AuditEntry.id == written[0]).values(ip="x"),
                          delete(AuditSeal.__table__))
        seal_all()
        assert faults() == []
        with unit_of_work() as unit:
            assert audit_chain.check_anchor(unit, noted.position, noted.hash) is not None
            assert audit_chain.check_anchor(unit, noted.position, audit_chain.head(unit).hash) is None

    def test_retention_takes_the_oldest_away_and_the_rest_stays_whole(self, written, monkeypatch):
        with unit_of_work(write=True), acting_as(SYSTEM):
            later(monkeypatch, 90)
            make_company(name="new")
            setting_service.change(SYSTEM, {audit_jobs.KEEP: 30})
        seal_all()
        with acting_as(SYSTEM, via="job"):
            audit_jobs.forget({})
            seal_all()
            audit_jobs.forget({})
        left = self.rows(AuditEntry)
        assert [(one.record_type, one.action) for one in left] == [
            ("company", "create"), ("setting", "create"), ("audit_entry", "purge"), ("audit_entry", "purge")]
        assert left[2].new >= 6
        assert faults() == []

    def test_nothing_goes_where_the_log_is_kept_for_ever(self, written, monkeypatch):
        before = len(self.rows(AuditEntry))
        later(monkeypatch, 9000)
        with acting_as(SYSTEM, via="job"):
            audit_jobs.forget({})
        assert len(self.rows(AuditEntry)) == before

    def test_the_nightly_reading_goes_on_where_it_was(self, written, monkeypatch, database_kind):
        past_the_triggers(database_kind, update(AuditEntry.__table__).where(AuditEntry.id == written[3]).values(ip="x"))
        monkeypatch.setattr(audit_chain, "READ", 4)
        monkeypatch.setattr(audit_jobs, "STEP_SECONDS", 0.0)
        payload, steps = {"asked_by": "Li Na"}, 0
        with acting_as(SYSTEM, via="job"):
            while payload is not None:
                try:
                    audit_jobs.verify(payload)
                    payload = None
                except Again as again:
                    payload, steps = again.payload, steps + 1
        found = self.rows(AuditCheck)
        assert [(one.asked_by, [fault[2] for fault in one.faults]) for one in found] == [("Li Na", [written[3]])]
        assert found[0].ended_at is not None
        assert steps >= 2

    @staticmethod
    def rows(model):
        with unit_of_work() as unit:
            key = model.position if model is AuditSeal else model.id
            return list(unit.execute(select(model).order_by(key)).scalars())
