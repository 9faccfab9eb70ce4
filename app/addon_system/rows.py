"""The rows of table `addon`, and the audit entry of each change of one."""

from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.addon_system import installed, migrations
from app.addon_system.manifest import Manifest
from app.addon_system.models import AddonRow
from app.records.audit import AuditEntry
from app.sdk import clock
from app.sdk.actor import current_context

RECORD_TYPE = "addon"


def put(session: Session, unit: Manifest, state: str, *, fault: str | None = None, archive: str | None = None,
        journal_id: int = 0) -> None:
    """Say what an addon is now; a change of its state or version is audited."""
    row = session.get(AddonRow, unit.name)
    old = None if row is None else {"state": row.state, "version": row.version}
    if row is None:
        row = AddonRow(name=unit.name)
        session.add(row)
    has_tables = state in installed.PRESENT
    row.version, row.state, row.fault, row.archive = unit.version, state, fault, archive
    row.revision = migrations.current(session.connection(), unit) if has_tables else None
    row.fingerprint = _fingerprint(unit, state, row.revision)
    new = {"state": state, "version": unit.version}
    if old != new:
        row.changed_at, row.changed_by = clock.now(), current_context().actor.label[:200]
        _audit(session, unit.name, journal_id, old, new)
    session.flush()


def _fingerprint(unit: Manifest, state: str, revision: str | None) -> str | None:
    # None makes the next start look again: something is still to be done.
    is_whole = state == installed.FAULTY or (state == installed.ENABLED and revision == migrations.head(unit))
    return installed.fingerprint(unit) if is_whole else None


def _audit(session: Session, name: str, journal_id: int, old: dict[str, Any] | None, new: dict[str, Any]) -> None:
    context = current_context()
    session.connection().execute(insert(AuditEntry).values(
        at=clock.now(), actor_id=context.actor.user_id, actor_label=context.actor.label[:200], via=context.via,
        cause=context.cause, request_id=context.request_id, ip=context.ip, record_type=RECORD_TYPE,
        record_id=journal_id, action="create" if old is None else "update", field=name, old=old, new=new,
    ))
