"""Moving all that refers to one record to another of its kind, in bulk, with a journal of what was moved.

Rows that would then say the same twice (both people in one group) are merged: what hangs on the loser's row moves to
the winner's, and the loser's row goes. Each moved row of a class is audited; the holder of open work changes hands in
its intervals as well.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint, and_, delete, insert, inspect, select, update
from sqlalchemy.orm import Session

from app.db import Audited, Record, include_deleted, past_audit, plain, record_type_of
from app.records import audit
from app.records.custom.definitions import model_of
from app.records.custom.kinds import MAX_TEXT, folded
from app.records.custom.models import PREFIX, CustomField, CustomValue
from app.records.custom.values import forget
from app.records.intervals import RecordInterval
from app.records.references import Reference, kinds_of, references_to, table_classes, typed_references
from app.sdk import clock
from app.sdk.actor import current_context

CHUNK = 500


@dataclass(slots=True)
class Journal:
    """What was moved: rows by table, column and id; and the rows that went, whole."""

    moves: list[dict[str, Any]] = field(default_factory=list)
    removed: list[dict[str, Any]] = field(default_factory=list)

    @property
    def tables(self) -> set[str]:
        return {one["table"] for one in (*self.moves, *self.removed)}


AfterMove = Callable[[Session, set[str]], None]
_after: list[AfterMove] = []


def after_move(callback: AfterMove) -> None:
    """Call somebody with the names of the tables whose rows were moved past the session: rights may have changed."""
    if callback not in _after:
        _after.append(callback)


def tell_moved(session: Session, tables: set[str]) -> None:
    """Let the session and all who want to know hear that rows were written past it."""
    session.expire_all()
    for callback in _after:
        callback(session, tables)


@past_audit("moved in bulk and audited row by row, by write_audit")
def move(session: Session, model: type[Any], old: int, new: int, *, with_history: bool = False,
         skip: Collection[str] = ()) -> Journal:
    """Let everything that refers to the record `old` of a class refer to `new`. The caller has locked both.

    `with_history` is for a merge, which says that the two were one all along: what tells of the past is rewritten, and
    what belongs to the record alone moves as well. Tables to `skip` go by their names.
    """
    session.flush()
    journal = Journal()
    is_ours = issubclass(model, Audited)
    typed = typed_references(record_type_of(model), everything=with_history) if is_ours else []
    for one in [*references_to(model), *typed]:
        if one.table.name not in skip and (with_history or not (one.is_history or one.is_part)):
            _move(session, one, old, new, journal, with_history)
    tell_moved(session, journal.tables)
    return journal


def _move(session: Session, one: Reference, old: int, new: int, journal: Journal, with_history: bool) -> None:
    connection, key = session.connection(), primary_key(one.table)
    for own, other in _clashes(session, one, old, new):
        _fold(session, one.table, own, other, journal)
    table, columns = one.table, [key, *_kind_column(one)]
    rows = connection.execute(select(*columns).where(one.held_by(old))).all()
    if not rows:
        return
    ids = [row[0] for row in rows]
    values: dict[Any, Any] = {one.column: new}
    if "version" in table.c:
        values[table.c.version] = table.c.version + 1
    connection.execute(update(table).where(one.held_by(old)).values(values))
    is_told = not one.is_history and one.kind is None and one.model is not None and issubclass(one.model, Audited)
    journal.moves.append({"table": table.name, "column": one.column.name, "ids": ids, "old": old, "new": new,
                          "is_told": is_told})
    tell_custom(session, table, ids, old, new)
    if not is_told or one.model is None:
        return
    by_kind = _by_kind(one.model, rows)
    for kind, found in by_kind.items():
        write_audit(session, kind, found, one.name, old, new)
        if not with_history and one.name in one.model.__tracked__:
            _change_hands(session, kind, found, one.name, new)


@past_audit("moved in bulk and audited row by row, by write_audit")
def let_go(session: Session, one: Reference, record_id: int, name: str, but: Collection[int] = ()) -> None:
    """Empty a reference to a record that is about to go; the history of each row keeps the name.

    Rows whose ids are in `but` are about to go as well, and are left alone.
    """
    table, connection = one.table, session.connection()
    rows = connection.execute(select(primary_key(table), *_kind_column(one)).where(one.column == record_id)).all()
    rows = [row for row in rows if row[0] not in but]
    if not rows or one.model is None:
        return
    values: dict[Any, Any] = {one.column: None}
    if "version" in table.c:
        values[table.c.version] = table.c.version + 1
    for part in chunks([row[0] for row in rows]):
        connection.execute(update(table).where(primary_key(table).in_(part)).values(values))
    for kind, ids in _by_kind(one.model, rows).items():
        write_audit(session, kind, ids, one.name, name, None)


def primary_key(table: Table) -> Column[Any]:
    """Return the one key column of a table; every table that refers to records has one."""
    (key,) = table.primary_key.columns
    return key  # type: ignore[no-any-return]


def _kind_column(one: Reference) -> list[Any]:
    if one.model is None:
        return []
    on = inspect(one.model).polymorphic_on
    return [on] if on is not None and on.table is one.table else []


def _by_kind(model: type[Any], rows: Sequence[Any]) -> dict[str, list[int]]:
    names = {identity: record_type_of(found) for found, identity in kinds_of(model)}
    result: dict[str, list[int]] = {}
    for row in rows:
        identity = row[1] if len(row) > 1 else None
        result.setdefault(names.get(identity, identity) or record_type_of(model), []).append(row[0])
    return result


def write_audit(session: Session, kind: str, ids: Sequence[int], name: str, old: Any, new: Any) -> None:
    """Write one audit row a record: the change that a bulk statement made in all of them."""
    row = {"record_type": kind, "action": "update", "field": name, "old": plain(old), "new": plain(new)}
    for part in chunks(ids):
        audit.put(session, [{**row, "record_id": key} for key in part])


def tell_custom(session: Session, table: Table, ids: Sequence[int], old: int, new: int) -> None:
    """Write the audit rows of values of custom fields that name another record now; other tables have their own."""
    if table is not CustomValue.__table__ or not ids:
        return
    for part in chunks(ids):
        rows = session.connection().execute(
            select(table.c.record_type, CustomField.code, table.c.record_id, table.c.ref_type)
            .join(CustomField, CustomField.id == table.c.field_id).where(table.c.id.in_(part))).all()
        found: dict[tuple[str, str], list[int]] = {}
        for row in rows:
            found.setdefault((row.record_type, row.code), []).append(row.record_id)
        for (kind, code), records in found.items():
            write_audit(session, kind, records, f"{PREFIX}{code}", old, new)
        _rename(session, table, part, rows[0].ref_type if rows else None, new)
    forget()


def _rename(session: Session, table: Table, ids: Sequence[int], ref_type: str | None, new: int) -> None:
    # A value keeps what its record is called: lists are sorted by it.
    model = model_of(ref_type)
    if model is None:
        return
    with include_deleted():
        row = session.execute(select(model).where(model.id == new)).scalar_one_or_none()
    if row is not None:
        text = str(row)[:MAX_TEXT]
        session.connection().execute(update(table).where(table.c.id.in_(ids)).values(text=text, sort_text=folded(text)))


def chunks(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield the ids in parts that a statement can hold."""
    for start in range(0, len(ids), CHUNK):
        yield ids[start:start + CHUNK]


def _change_hands(session: Session, kind: str, ids: Sequence[int], name: str, new: int) -> None:
    # As the flush does it: the open interval ends now, and one with the new holder begins.
    table, now, actor = RecordInterval.__table__, clock.now(), current_context().actor.label[:200]
    connection = session.connection()
    for part in chunks(ids):
        is_open = and_(table.c.record_type == kind, table.c.record_id.in_(part), table.c.ended_at.is_(None))
        rows = connection.execute(select(table).where(is_open)).mappings().all()
        connection.execute(update(table).where(is_open).values(ended_at=now))
        begun = [{**{column: row[column] for column in row if column != "id"}, name: new, "started_at": now,
                  "ended_at": None, "actor_label": actor, "reason": None} for row in rows]
        if begun:
            connection.execute(insert(table), begun)


# Rows that would say the same twice -----------------------------------------------------------------------------------


def _clashes(session: Session, one: Reference, old: int, new: int) -> list[tuple[int, int]]:
    # (row of the loser, row of the winner) for each unique rule that both would break together.
    key, found = primary_key(one.table), {}
    for columns in _unique_groups(one.table):
        if one.column not in columns:
            continue
        mine, theirs = one.table.alias("mine"), one.table.alias("theirs")
        same = [mine.c[column.name] == theirs.c[column.name] for column in columns if column is not one.column]
        if one.kind is not None:
            same.append(mine.c[one.kind[0].name] == one.kind[1])
        statement = select(mine.c[key.name], theirs.c[key.name]).where(
            mine.c[one.column.name] == old, theirs.c[one.column.name] == new, *same)
        found.update({row[0]: row[1] for row in session.connection().execute(statement)})
    return sorted(found.items())


def _unique_groups(table: Table) -> list[list[Column[Any]]]:
    groups = [list(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
    groups += [list(one.columns) for one in table.indexes if one.unique]
    groups += [[table.c[name] for name in names] for names in table.info.get("once", ())]
    return groups + [[column] for column in table.columns if column.unique]


def _fold(session: Session, table: Table, own: int, other: int, journal: Journal) -> None:
    connection, key = session.connection(), primary_key(table)
    owner = table_classes().get(table)
    for one in references_to(owner) if owner is not None else ():
        _move(session, one, own, other, journal, with_history=False)
    row = dict(connection.execute(select(table).where(key == own)).mappings().one())
    journal.removed.append({"table": table.name, "row": {name: plain(value) for name, value in row.items()}})
    connection.execute(delete(table).where(key == own))
    if owner is not None and issubclass(owner, Audited) and not issubclass(owner, Record):
        write_removal(session, record_type_of(owner), own, row)


def write_removal(session: Session, kind: str, record_id: int, row: dict[str, Any]) -> None:
    """Write the audit row of a row that went past the session."""
    snapshot = {name: plain(value) for name, value in row.items() if value is not None}
    audit.put(session, [{"record_type": kind, "record_id": record_id, "action": "delete", "field": None,
                         "old": snapshot, "new": None}])
