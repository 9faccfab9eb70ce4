"""Taking a merge back, row by row; what was changed since in the same places stays, and is told."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Table, delete, inspect, select, update
from sqlalchemy.orm import Session

from app.db import Audited, Model, include_deleted, past_audit, record_type_of
from app.records import moving, row_images, search
from app.records.merges import RecordMerge
from app.records.references import kinds_of, table_classes
from app.sdk.errors import Conflict
from app.sdk.i18n import _

TOLD = 100


class Changed(Conflict):
    """Something was changed since the merge in the places that an undo would change; `conflicts` says what."""

    code = "changed_since"

    def __init__(self, conflicts: list[dict[str, Any]]) -> None:
        super().__init__(_("Some of it was changed since the merge. Only the rest can be taken back."))
        self.conflicts = conflicts[:TOLD]
        self.details = {"conflicts": self.conflicts}


@past_audit("put back in bulk and audited row by row, by write_audit")
def take_back(session: Session, merge: RecordMerge, model: type[Any], *, rest: bool) -> None:
    """Put everything back that the journal of a merge tells and that nobody changed since. Raises Changed."""
    journal: Mapping[str, Any] = merge.journal or {}
    moves = [(one, _still(session, one, merge.winner_id)) for one in journal["moves"]]
    conflicts = [{"table": one["table"], "id": key, "column": one["column"]}
                 for one, still in moves for key in one["ids"] if key not in still]
    images = row_images.taken(session, _ids(journal["changed"]))
    conflicts += [{"table": one["table"], "id": one["id"], "column": name}
                  for one in journal["changed"] for name in one["after"] if not _is_as_left(images, one, name)]
    if conflicts and not rest:
        raise Changed(conflicts)
    for one in journal["made"]:
        table = Model.metadata.tables[one["table"]]
        session.connection().execute(delete(table).where(moving.primary_key(table) == one["id"]))
    for one in reversed(journal["removed"]):
        _put_back(session, one)
    for one, still in moves:
        _move_back(session, one, sorted(still), merge)
    # The winner gives a unique value away before the loser takes it.
    for one in sorted(journal["changed"], key=lambda found: found["id"] == merge.loser_id):
        values = {name: value for name, value in one["before"].items() if _is_as_left(images, one, name)}
        if values:
            row_images.write(session, Model.metadata.tables[one["table"]], one["id"], values)
    moving.tell_moved(session, {one["table"] for part in ("moves", "removed", "changed") for one in journal[part]})
    _find_again(session, model, (merge.winner_id, merge.loser_id))


def _still(session: Session, one: Mapping[str, Any], winner_id: int) -> set[int]:
    table = Model.metadata.tables[one["table"]]
    key = moving.primary_key(table)
    found: set[int] = set()
    for part in moving.chunks(one["ids"]):
        rows = select(key).where(key.in_(part), table.c[one["column"]] == one.get("new", winner_id))
        found.update(session.connection().execute(rows).scalars())
    return found


def _ids(changed: list[dict[str, Any]]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for one in changed:
        found.setdefault(one["table"], set()).add(one["id"])
    return found


def _is_as_left(images: row_images.Image, one: Mapping[str, Any], name: str) -> bool:
    row = images.get(one["table"], {}).get(one["id"])
    return row is not None and row.get(name) == one["after"][name]


def _put_back(session: Session, one: Mapping[str, Any]) -> None:
    table = Model.metadata.tables[one["table"]]
    key = moving.primary_key(table)
    taken = session.connection().execute(select(key).where(key == one["row"][key.name])).first()
    row = {name: value for name, value in one["row"].items() if taken is None or name != key.name}
    row_images.put_back(session, table, row)


def _move_back(session: Session, one: Mapping[str, Any], ids: list[int], merge: RecordMerge) -> None:
    table = Model.metadata.tables[one["table"]]
    key, column = moving.primary_key(table), table.c[one["column"]]
    old, new = one.get("old", merge.loser_id), one.get("new", merge.winner_id)
    values: dict[Any, Any] = {column: old}
    if "version" in table.c:
        values[table.c.version] = table.c.version + 1
    owner = table_classes().get(table)
    for part in moving.chunks(ids):
        session.connection().execute(update(table).where(key.in_(part)).values(values))
        moving.tell_custom(session, table, list(part), new, old)
        if one.get("is_told") and owner is not None and issubclass(owner, Audited):
            for kind, keys in by_kind(session, owner, table, key, list(part)).items():
                name = str(inspect(owner).get_property_by_column(column).key)
                moving.write_audit(session, kind, keys, name, new, old)


def by_kind(session: Session, owner: type[Any], table: Table, key: Column[Any],
            ids: list[int]) -> dict[str, list[int]]:
    """Return {record type: ids} of rows of a class."""
    on = inspect(owner).polymorphic_on
    if on is None or on.table is not table:
        return {record_type_of(owner): ids}
    names = {identity: record_type_of(found) for found, identity in kinds_of(owner)}
    result: dict[str, list[int]] = {}
    for row in session.connection().execute(select(key, on).where(key.in_(ids))):
        result.setdefault(names.get(row[1]) or str(row[1]), []).append(row[0])
    return result


def _find_again(session: Session, model: type[Any], ids: tuple[int, int]) -> None:
    # Written past the session: the search words follow by hand.
    names = search.searched(model)
    if not names:
        return
    with include_deleted():
        rows = session.execute(select(model).where(model.id.in_(ids))).scalars().all()
    search.put(session, [{"record_type": model.record_type(), "record_id": row.id,
                          "tokens": search.tokens_of(model, {name: getattr(row, name) for name in names})}
                         for row in rows])
