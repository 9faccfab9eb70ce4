"""Removing demo data: whole sets of rows at once, in the caller's transaction; real rows that name one keep its name.

The order: real rows let go, then what hangs on the demo rows goes, then log-ins, then the rows themselves. Audit stays.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, inspect, select, update
from sqlalchemy.orm import Session

from app.db import Audited, Model, Record, include_deleted, past_audit
from app.records import audit, moving, row_images
from app.records.deleted import DeletedRecord, name_of
from app.records.demo.bringing import USERS
from app.records.demo.models import DemoRecord
from app.records.demo.surveying import Survey, kinds, model_of
from app.records.moving import chunks, primary_key
from app.records.purging import remove_what_hangs_on
from app.records.references import Reference, references_to, table_classes


@past_audit("demo data go in bulk; what they were called is audited, row by row")
def remove(session: Session, found: Survey) -> None:
    """Do what a survey said, in the same transaction; the demo data of its units are then forgotten."""
    session.flush()
    for name, ids in found.going.items():
        _let_go(session, found, name, ids)
    for name, ids in found.going.items():
        for kind, keys in kinds(session, name, ids).items():
            _tell(session, name, kind, keys)
            _remove_what_hangs_on(session, kind, keys)
    # A log-in ends before its person, a row before what it belongs to.
    tables = [table for table in Model.metadata.sorted_tables if found.going.get(table.name)]
    tables.reverse()
    tables.sort(key=lambda one: one.name != USERS)
    for table in tables:
        for part in chunks(sorted(found.going[table.name])):
            session.connection().execute(delete(table).where(primary_key(table).in_(part)))
    _put_back(session, found)
    table = DemoRecord.__table__
    session.connection().execute(delete(table).where(table.c.unit.in_(found.units)))
    moving.tell_moved(session, {*found.going, *(one["table"] for one in found.changed)})


def _let_go(session: Session, found: Survey, name: str, ids: Collection[int]) -> None:
    model = model_of(name)
    if model is None:
        return
    names: dict[int, str] = {}
    for one in references_to(model):
        if not one.is_key or not one.column.nullable:
            continue
        own, key = found.going_of(one), primary_key(one.table)
        for part in chunks(sorted(ids)):
            held = session.connection().execute(select(key, one.column).where(one.column.in_(part))).all()
            for target in sorted({row[1] for row in held if row[0] not in own}):
                names.setdefault(target, _name(session, model, target))
                _empty(session, one, target, names[target], own)
            if one.ondelete is None:
                session.connection().execute(update(one.table).where(one.column.in_(part)).values({one.column: None}))


def _empty(session: Session, one: Reference, target: int, name: str, own: Collection[int]) -> None:
    if one.model is not None and issubclass(one.model, Audited):
        moving.let_go(session, one, target, name, own)


def _name(session: Session, model: type[Any], key: int) -> str:
    with include_deleted():
        record = session.get(model, key)
    return name_of(record) if record is not None else ""


def _tell(session: Session, name: str, kind: str, keys: list[int]) -> None:
    # As a purge does it.
    model = model_of(name)
    if model is None or not issubclass(model, Record):
        return
    common = {"record_type": kind, "action": "purge", "field": "name", "new": None}
    for part in chunks(keys):
        with include_deleted():
            records = session.execute(select(model).where(model.id.in_(part))).scalars().all()
        audit.put(session, [{**common, "record_id": record.id, "old": name_of(record)} for record in records])


def _remove_what_hangs_on(session: Session, kind: str, keys: list[int]) -> None:
    # As a purge does it, but nothing keeps their names.
    connection = session.connection()
    remove_what_hangs_on(session, kind, keys)
    for part in chunks(keys):
        connection.execute(delete(DeletedRecord).where(
            DeletedRecord.record_type == kind, DeletedRecord.record_id.in_(part)))
        for table in table_classes():
            if "ref_type" in table.c and "ref_id" in table.c:
                connection.execute(delete(table).where(table.c.ref_type == kind, table.c.ref_id.in_(part)))


def _put_back(session: Session, found: Survey) -> None:
    # Only what is still as demo data left it.
    wanted: dict[str, set[int]] = {}
    for one in found.changed:
        wanted.setdefault(one["table"], set()).add(one["id"])
    present = row_images.taken(session, wanted)
    for one in found.changed:
        table, model = Model.metadata.tables[one["table"]], model_of(one["table"])
        row = present[one["table"]].get(one["id"])
        if row is None or model is None:
            continue
        columns = {name: inspect(model).column_attrs[name].columns[0].name for name in one["after"]}
        values = {columns[name]: old for name, old in one["before"].items()
                  if columns[name] in row and row[columns[name]] == one["after"][name]}
        if values:
            row_images.write(session, table, one["id"], values)
            for kind, keys in kinds(session, one["table"], [one["id"]]).items():
                for name, column in columns.items():
                    if column in values:
                        moving.write_audit(session, kind, keys, name, one["after"][name], one["before"][name])
