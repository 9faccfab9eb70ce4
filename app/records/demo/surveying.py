"""What goes and what stays when demo data are removed: nothing that real people did or that real records rest on.

    goes    every row that demo data made and that nobody touched
    stays   one that somebody changed or wrote about, and one that a real row cannot be without (a member's group)

What stays is a real record from then on.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from app.db import Audited, Model
from app.records.audit import AuditEntry
from app.records.demo.bringing import CAUSE, USERS, Row, table_of
from app.records.demo.models import DemoRecord
from app.records.moving import chunks, primary_key
from app.records.references import Reference, references_to, table_classes, typed_columns
from app.records.taking_back import by_kind
from app.records.timeline import TimelineEntry

CHANGED, USED = "changed", "used"
Ids = dict[str, set[int]]


@dataclass(slots=True)
class Survey:
    """`going` and `staying` by table and id; `changed` are rows of others that get back what they had."""

    units: frozenset[str]
    going: Ids = field(default_factory=lambda: defaultdict(set))
    staying: dict[Row, str] = field(default_factory=dict)
    changed: list[dict[str, Any]] = field(default_factory=list)

    def keep(self, row: Row, why: str) -> None:
        """Let a row stay."""
        self.going[row[0]].discard(row[1])
        self.staying[row] = why

    def going_of(self, one: Reference) -> set[int]:
        """Return which rows of a reference's table go."""
        return self.going.get(table_of(one.model) if one.model is not None else one.table.name, set())


def survey(session: Session, units: Collection[str] | None = None, *, with_changed: bool = False) -> Survey:
    """Say what a removal of these units' demo data would do, of all of them by default; it changes nothing.

    `with_changed` lets what somebody changed or wrote about go as well.
    """
    table = DemoRecord.__table__
    rows = [row for row in session.connection().execute(select(table).order_by(table.c.id)).mappings()
            if units is None or row["unit"] in units]
    found = Survey(frozenset(row["unit"] for row in rows))
    for row in rows:
        name = row["table_name"]
        if name not in Model.metadata.tables:
            continue  # its addon is off, or gone with its tables
        if row["before"] is not None:
            found.changed.append({"table": name, "id": row["record_id"], "before": row["before"],
                                  "after": row["after"]})
        else:
            found.going[name].add(row["record_id"])
    for name in found.going:
        found.going[name] = _present(session, Model.metadata.tables[name], found.going[name])
    if not with_changed:
        for touched in list(_touched(session, found.going)):
            found.keep(touched, CHANGED)
    _keep_what_is_needed(session, found)
    return found


def model_of(table: str) -> type[Any] | None:
    """Return the class of a table, None where no part of the desk that is loaded has one."""
    return table_classes().get(Model.metadata.tables[table])


def kinds(session: Session, table: str, ids: Collection[int]) -> dict[str, list[int]]:
    """Return {record type: ids} of rows of a table."""
    model, found = model_of(table), defaultdict[str, list[int]](list)
    if model is None or not issubclass(model, Audited):
        return {}
    place = Model.metadata.tables[table]
    for part in chunks(sorted(ids)):
        for kind, keys in by_kind(session, model, place, primary_key(place), list(part)).items():
            found[kind] += keys
    return found


def _present(session: Session, table: Table, ids: Collection[int]) -> set[int]:
    key, found = primary_key(table), set[int]()
    for part in chunks(sorted(ids)):
        found.update(session.connection().execute(select(key).where(key.in_(part))).scalars())
    return found


def _touched(session: Session, going: Ids) -> Iterator[Row]:
    # By somebody with a log-in of their own; what was done as one of the demo people is demo as well.
    demo = going.get(USERS, set())
    entry, told = AuditEntry.__table__, TimelineEntry.__table__
    for name, ids in list(going.items()):
        for kind, keys in kinds(session, name, ids).items():
            for part in chunks(keys):
                for place, more in ((entry, entry.c.cause.is_distinct_from(CAUSE)), (told, told.c.actor_id > 0)):
                    rows = select(place.c.record_id, place.c.actor_id).distinct().where(
                        place.c.record_type == kind, place.c.record_id.in_(part), place.c.actor_id.is_not(None), more)
                    for key, actor_id in session.connection().execute(rows).all():
                        if actor_id not in demo:
                            yield name, key


def _keep_what_is_needed(session: Session, found: Survey) -> None:
    # Whatever stays needs others in its turn.
    needs = {name: [one for one in references_to(model) if _is_need(one)]
             for name in found.going if name != USERS and (model := model_of(name)) is not None}
    is_settled = False
    while not is_settled:
        is_settled = True
        for name, references in needs.items():
            for key in {key for one in references for key in _needed(session, one, found, name)}:
                found.keep((name, key), USED)
                is_settled = False


def _is_need(one: Reference) -> bool:
    # A row that the database would delete along with its target, and that is somebody's work.
    if one.model is None or one.ondelete != "CASCADE":
        return False
    if issubclass(one.model, Audited):
        return not one.column.nullable
    return bool(typed_columns(one.table))


def _needed(session: Session, one: Reference, found: Survey, name: str) -> Iterator[int]:
    key, typed = primary_key(one.table), typed_columns(one.table)
    own = found.going_of(one)
    by_type = _going_by_type(session, found) if typed and not issubclass(one.model, Audited) else None  # type: ignore[arg-type]
    columns = [one.column, key, *(typed[0] if by_type is not None else ())]
    for part in chunks(sorted(found.going[name])):
        for target, row_id, *of in session.connection().execute(select(*columns).where(one.column.in_(part))).all():
            is_demo = row_id in own if by_type is None else of[1] in by_type.get(of[0], ())
            if not is_demo:
                yield target


def _going_by_type(session: Session, found: Survey) -> dict[str, set[int]]:
    result: dict[str, set[int]] = {}
    for name, ids in found.going.items():
        for kind, keys in kinds(session, name, ids).items():
            result[kind] = set(keys)
    return result


__all__ = ["CHANGED", "USED", "Survey", "kinds", "model_of", "survey"]
