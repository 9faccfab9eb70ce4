"""What the desk does with its audit log by itself: seals new entries, reads the chain through, forgets what is old."""

import time
from datetime import datetime, timedelta
from typing import Any

import structlog

from app.db import session, unit_of_work
from app.records import audit, audit_chain
from app.records.audit_chain import STEP_SECONDS, AuditCheck, Fault, Reading
from app.records.settings import setting
from app.sdk import clock
from app.sdk.actor import current_actor
from app.sdk.jobs import Again, Job, is_stopping

log = structlog.get_logger(__name__)
KEEP = "records.keep_audit"
SOON = timedelta(seconds=1)


def seal(_payload: dict[str, Any]) -> None:
    """Seal what was committed since; carried on later where there is more than a few seconds' work."""
    until = time.monotonic() + STEP_SECONDS
    while audit_chain.seal_batch() == audit_chain.BATCH:
        if is_stopping() or time.monotonic() > until:
            raise Again(after=SOON)


def verify(payload: dict[str, Any]) -> None:
    """Read the whole chain through, step by step, and keep what was found. Tells the newest seal in the log."""
    with unit_of_work(write=True) as unit:
        check = unit.get(AuditCheck, payload["check"]) if payload.get("check") else None
        if check is None:
            began = audit_chain.begin(unit)
            asked_by = payload.get("asked_by") or current_actor().label
            check = AuditCheck(started_at=clock.now(), asked_by=asked_by[:200], position=began.position, entries=0,
                               faults=[])
            payload = {"hash": began.hash.hex()}
            unit.add(check)
            unit.flush()
        key, reading = check.id, Reading(check.position, bytes.fromhex(payload["hash"]), check.entries,
                                         [Fault(*one) for one in check.faults])
    with unit_of_work() as unit:
        is_whole = audit_chain.read_on(unit, reading, STEP_SECONDS)
    _keep(key, reading, is_whole)
    if not is_whole:
        raise Again({"check": key, "hash": reading.hash.hex()}, SOON)
    if reading.faults:
        log.error("audit_chain_broken", faults=len(reading.faults), first=reading.faults[0].plain())
    log.info("audit_chain_read", position=reading.position, hash=reading.hash.hex(), entries=reading.entries)


def _keep(key: int, reading: Reading, is_whole: bool) -> None:
    with unit_of_work(write=True) as unit:
        check = unit.get(AuditCheck, key)
        if check is not None:
            check.position, check.entries = reading.position, reading.entries
            check.faults = [fault.plain() for fault in reading.faults]
            check.ended_at = clock.now() if is_whole else None


def forget(payload: dict[str, Any]) -> None:
    """Delete entries that are older than the setting says, and note how many; 0 days keeps all of them."""
    days, gone = setting(KEEP), payload.get("gone", 0)
    said = payload.get("before")  # a schedule says only when it was due
    before = datetime.fromisoformat(said) if said else clock.now() - timedelta(days=days)
    until = time.monotonic() + STEP_SECONDS
    while days and (number := audit_chain.remove_batch(before)):
        gone += number
        if is_stopping() or time.monotonic() > until:
            raise Again({"before": before.isoformat(), "gone": gone}, SOON)
    if gone:
        with unit_of_work(write=True):
            audit.write(session(), "audit_entry", 0, "purge",
                        {"entries": (None, gone), "before": (None, before.isoformat())})


JOBS = [
    Job("audit.seal", seal, cron="*/5 * * * *"),
    Job("audit.verify", verify, cron="41 2 * * *", timezone="Asia/Shanghai"),
    Job("audit.forget", forget, cron="11 4 * * *", timezone="Asia/Shanghai"),
]
