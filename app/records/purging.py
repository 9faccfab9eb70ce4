"""Purging: a record in the bin goes for good, with all that hangs on it.

Its timeline, files, tags, links, watchers, intervals and search words go. Rows that refer to it stay and refer to
nothing; their history says by name what stood there. Audit rows stay.
"""

import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.db import Audited, after_commit, include_deleted, past_audit, record_type_of, session, unit_of_work
from app.jobs.outbox import put
from app.records import attachments, audit, deleted, kept_files, moving
from app.records.attachments import Attachment
from app.records.audit import AuditEntry
from app.records.deleted import DeletedRecord
from app.records.permissions import RECYCLE_BIN_PURGE
from app.records.references import Reference, references_to, typed_columns, typed_references, typed_tables
from app.records.search_texts import forget_texts
from app.records.settings import setting
from app.records.values import all_or_nothing
from app.sdk import clock
from app.sdk.actor import SYSTEM, Actor, acting_as
from app.sdk.errors import BusinessError, Conflict
from app.sdk.i18n import _
from app.sdk.jobs import Again, Job, is_stopping
from app.sdk.permissions import Permission

KEEP = "records.keep_deleted"
REMOVE_FILES, LATER = "platform.remove_files", timedelta(minutes=10)
BATCH = 20
STEP_SECONDS = 3.0


class Purging:
    """Mixed into RecordService."""

    delete_permission: Permission

    @all_or_nothing
    def purge(self, actor: Actor, record_id: int) -> None:
        """Remove a record of the bin for good. Raises NotFound, Forbidden, Conflict where it is not in the bin."""
        actor.require(RECYCLE_BIN_PURGE)
        actor.require(self.delete_permission)
        with include_deleted():
            record: Any = self.get_for_update(record_id)  # type: ignore[attr-defined]
            if record.deleted_at is None:
                raise Conflict(_("Only what is in the recycle bin is purged."))
            kind = type(record).record_type()
            self.check_purge(actor, record)
            remove(record, kind)

    def check_purge(self, actor: Actor, record: Any) -> None:
        """Refuse a purge; a subclass fills this in."""


def remove(record: Any, kind: str) -> None:
    """Remove a row of the bin with all that hangs on it; its entry keeps the name. The caller has asked for the right.

    Of what refers to it, and is audited, the history keeps the name.
    """
    entry, record_id = deleted.find(session(), kind, record.id), record.id
    _let_go(session(), record, kind, entry.name if entry is not None else deleted.name_of(record))
    remove_what_hangs_on(session(), kind, [record.id])
    session().delete(record)
    session().flush()
    if entry is not None:
        deleted.forget_words(session(), entry)
        entry.before, entry.purged_at = None, clock.now()
    audit.write(session(), kind, record_id, "purge", {"name": (entry.name if entry is not None else "", None)})
    session().flush()


@past_audit("what belongs to a purged record goes with it; the purge itself is audited")
def _let_go(unit: Session, record: Any, kind: str, name: str) -> None:
    unit.flush()
    touched = set()
    for one in references_to(type(record)):
        if one.model is None or not one.is_key or not issubclass(one.model, Audited):
            continue
        touched.add(one.table.name)
        if one.column.nullable:
            moving.let_go(unit, one, record.id, name)
        else:
            _let_parts_go(unit, one, record.id)
    for one in typed_references(kind, everything=False):
        # A value of a custom field that is the record goes with it.
        unit.connection().execute(delete(one.table).where(one.held_by(record.id)))
    moving.tell_moved(unit, touched)


def _let_parts_go(unit: Session, one: Reference, record_id: int) -> None:
    # Rows that cannot be without the record go with it, and what hangs on them.
    key, connection = moving.primary_key(one.table), unit.connection()
    kind = record_type_of(one.model)  # type: ignore[arg-type]
    parts = connection.execute(select(key).where(one.column == record_id)).scalars().all()
    remove_what_hangs_on(unit, kind, parts)
    for some in moving.chunks(parts):
        connection.execute(delete(DeletedRecord).where(
            DeletedRecord.record_type == kind, DeletedRecord.record_id.in_(some)))
    connection.execute(delete(one.table).where(one.column == record_id))


@past_audit("what belongs to a purged record goes with it; the purge itself is audited")
def remove_what_hangs_on(unit: Session, kind: str, ids: Sequence[int]) -> None:
    """Remove all that belongs to records and lies elsewhere: timeline, files, tags, links, watchers, words."""
    connection, files = unit.connection(), set[str]()
    for part in moving.chunks(ids):
        files.update(connection.execute(select(Attachment.sha256).where(
            Attachment.record_type == kind, Attachment.record_id.in_(part))).scalars())
        forget_texts(connection, kind, part)
        for table in typed_tables():
            if table.name in (AuditEntry.__tablename__, DeletedRecord.__tablename__):
                continue
            for type_column, key in typed_columns(table):
                connection.execute(delete(table).where(type_column == kind, key.in_(part)))
    if files:
        after_commit(lambda: remove_unused(files))


def remove_unused(hashes: set[str]) -> None:
    """Remove the files of these hashes that no record has any more; while a backup is made a job does it later."""
    with kept_files.going(Path(current_app.config["DATA_DIR"])) as may_go:
        if not may_go:
            with unit_of_work(write=True), acting_as(SYSTEM):
                put(REMOVE_FILES, {"hashes": sorted(hashes)}, available_at=clock.now() + LATER)
            return
        with unit_of_work() as reading, acting_as(SYSTEM):
            used = set(reading.execute(select(Attachment.sha256).where(Attachment.sha256.in_(hashes))).scalars())
        for one in hashes - used:
            attachments.path_of_hash(one).unlink(missing_ok=True)


# The job -------------------------------------------------------------------------------------------------------------


def empty_bin(payload: dict[str, Any]) -> None:
    """Purge what has lain in the bin for as long as the setting says, in short transactions; 0 days is never."""
    days, until, after = int(setting(KEEP)), time.monotonic() + STEP_SECONDS, int(payload.get("after", 0))
    while days:
        found = _over(days, after)
        for entry_id, kind, record_id in found:
            after = entry_id
            _purge_one(kind, record_id)
            if is_stopping() or time.monotonic() > until:
                raise Again({"after": after}, after=timedelta(seconds=2))
        if len(found) < BATCH:
            return


def _over(days: int, after: int) -> list[tuple[int, str, int]]:
    entry = DeletedRecord
    with unit_of_work() as reading, acting_as(SYSTEM):
        statement = select(entry.id, entry.record_type, entry.record_id).where(
            entry.purged_at.is_(None), entry.deleted_at < clock.now() - timedelta(days=days), entry.id > after)
        return [(row[0], row[1], row[2]) for row in reading.execute(statement.order_by(entry.id).limit(BATCH))]


def _purge_one(kind: str, record_id: int) -> None:
    from app.records.recycle_bin import service_of

    service = service_of(kind)
    if service is None:
        return  # its addon is off; it goes once that is back
    try:
        with unit_of_work(write=True), acting_as(SYSTEM, via="job", cause="platform.empty_recycle_bin"):
            service.purge(SYSTEM, record_id)
    except BusinessError:
        return  # others cannot be without it: it stays until they can


JOBS = [Job("platform.empty_recycle_bin", empty_bin, cron="53 2 * * *", timezone="Asia/Shanghai"),
        Job(REMOVE_FILES, lambda payload: remove_unused(set(payload["hashes"])))]
