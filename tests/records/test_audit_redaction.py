"""Personal data goes out of the audit log by one way only, and the chain of seals is whole before and after."""

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from app.db import session, unit_of_work
from app.records import audit
from app.records.audit import AuditEntry
from app.records.audit_chain import ALTERED, AuditSeal
from app.records.audit_redacting import redact
from app.records.audit_redaction import AuditRedaction
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from tests.records.test_audit_chain import faults, past_the_triggers, seal_all

SECRET = "13912345678"


@pytest.fixture
def written(context):
    """Six entries that are sealed, three of them with somebody's number."""
    with unit_of_work(write=True), acting_as(SYSTEM):
        for number in range(6):
            audit.write(session(), "person", 7 + number % 2, "update", {"phone": (SECRET, f"{number}")})
    seal_all()
    return ids()


def ids():
    with unit_of_work() as unit:
        return sorted(unit.execute(select(AuditEntry.id).where(AuditEntry.field == "phone")).scalars())


def do(*entries, **values):
    with unit_of_work(write=True), acting_as(SYSTEM):
        return redact(session(), "person", 7, {key: values or {"old": "***"} for key in entries})


def rows(model, *where):
    with unit_of_work() as unit:
        return unit.execute(select(model).where(*where).order_by(model.__table__.c[0])).scalars().all()


def forged(entry, **values):
    return {"entry_id": entry, "at": clock.now(), "witness_id": 0, "content": bytes(32),
            "is_done": False, **values}


def test_the_chain_is_whole_before_and_after_and_the_number_is_gone(written):
    assert faults() == []
    assert do(*written[::2]) == 3
    assert faults() == []
    seal_all()
    assert faults() == []
    assert [one.old for one in rows(AuditEntry, AuditEntry.id.in_(written))] == ["***", SECRET] * 3
    assert {one.entry_id for one in rows(AuditSeal, AuditSeal.salt.is_(None))} == set(written[::2])
    witness = rows(AuditEntry, AuditEntry.action == "redact")
    assert [set(one.new) for one in witness] == [set(map(str, written[::2]))]
    assert do(*written[::2]) == 0


def test_an_entry_may_lose_more_later_or_before_it_is_sealed(written):
    do(written[0])
    do(written[0], new="***", actor_label="Former person #7")
    assert faults() == []
    with unit_of_work(write=True), acting_as(SYSTEM):
        audit.write(session(), "person", 7, "update", {"phone": (SECRET, None)})
    fresh = ids()[-1]
    do(fresh)
    seal_all()
    assert faults() == []
    do(fresh, actor_label="Former person #7")
    assert faults() == []


@pytest.mark.parametrize("values", [{"old": "x"}, {"old": "***", "record_id": 9}, {"actor_label": "somebody"}])
def test_no_change_without_a_redaction(written, values):
    with pytest.raises(DBAPIError, match="audit log"), unit_of_work(write=True) as unit:
        unit.connection().execute(update(AuditEntry).where(AuditEntry.id == written[0]).values(**values))
    assert faults() == []


@pytest.mark.parametrize("values", [{"record_id": 9}, {"field": "email"}, {"actor_id": 12}, {"action": "create"}])
def test_a_redaction_lets_only_personal_parts_be_changed(written, values):
    with pytest.raises(DBAPIError, match="audit log"), unit_of_work(write=True) as unit:
        unit.connection().execute(insert(AuditRedaction), [forged(written[0])])
        unit.connection().execute(update(AuditEntry).where(AuditEntry.id == written[0]).values(**values))
    with pytest.raises(ValueError, match="personal"):
        do(written[0], **values)
    assert faults() == []


def test_a_redaction_lets_one_change_through_and_stays(written):
    do(written[0])
    entry, redaction = AuditEntry.id == written[0], AuditRedaction.__table__
    for statement in (update(AuditEntry).where(entry).values(old="y"), update(redaction).values(is_done=False),
                      update(redaction).values(content=bytes(32)), redaction.delete(),
                      update(AuditSeal).where(AuditSeal.entry_id == written[0]).values(salt=bytes(16)),
                      update(AuditSeal).where(AuditSeal.entry_id == written[1]).values(salt=None)):
        with pytest.raises(DBAPIError, match="audit log"), unit_of_work(write=True) as unit:
            unit.connection().execute(statement)
    assert faults() == []


def test_one_that_is_not_told_in_the_chain_is_named(written):
    with unit_of_work(write=True) as unit:
        unit.connection().execute(insert(AuditRedaction), [forged(written[0], witness_id=written[1])])
        unit.connection().execute(update(AuditEntry).where(AuditEntry.id == written[0]).values(old="x"))
    assert faults() == [(ALTERED, written[0])]


def test_a_change_after_it_is_named(written, database_kind):
    do(written[0])
    past_the_triggers(database_kind, update(AuditEntry.__table__).where(AuditEntry.id == written[0]).values(old="y"))
    assert faults() == [(ALTERED, written[0])]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_entries_sealed_before_there_were_salts(written, database_kind):
    from app.records import audit_chain

    with unit_of_work() as unit:
        entries = unit.execute(select(*AuditEntry.__table__.columns).join(
            AuditSeal, AuditSeal.entry_id == AuditEntry.id).order_by(AuditSeal.position)).all()
    before, statements = bytes(32), []
    for entry in entries:
        before = audit_chain.digest(before, entry)
        seal = update(AuditSeal.__table__).where(AuditSeal.entry_id == entry.id)
        statements.append(seal.values(hash=before, salt=None))
    with unit_of_work() as unit:
        kept = unit.execute(text("SELECT sql FROM sqlite_master WHERE type='trigger'")).scalars().all()
    past_the_triggers(database_kind, *statements)
    with unit_of_work(write=True) as unit:
        present = set(unit.execute(text("SELECT sql FROM sqlite_master WHERE type='trigger'")).scalars())
        for trigger in kept:
            if trigger not in present:
                unit.execute(text(trigger))
    assert faults() == []
    do(written[2])
    assert faults() == []
    with pytest.raises(DBAPIError, match="audit log"), unit_of_work(write=True) as unit:
        unit.connection().execute(update(AuditEntry).where(AuditEntry.id == written[2]).values(old="z"))
