"""Erasing: all that an addon left in the platform's tables goes, found by the names that it gave to what is its own.

    records        what is said about them, attached and linked to them; their rows in a base table
    names          what people and jobs have under a name of its: "problem", "problem.read", "problem/problems", …
    data, rights   what its files brought and it declared

Audit stays, and so do links and values at records of others, which read as text; a list that fields of other records
choose from stays as well.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    Text,
    bindparam,
    cast,
    delete,
    func,
    inspect,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.addon_system import archive_rows, key_scopes
from app.addon_system.key_scopes import Rights
from app.addon_system.manifest import Manifest
from app.addon_system.models import DataRecord, RecordTypeRow
from app.addon_system.registry import Registry
from app.db import Model, after_commit
from app.records.attachments import Attachment
from app.records.custom.models import CustomValue
from app.records.deleted import DeletedRecord
from app.records.links import REMOVED, RecordLink
from app.records.numbering import NumberSequence
from app.records.picklists import Picklist, PicklistValue
from app.records.purging import remove_unused
from app.records.search import SearchEntry
from app.records.timeline import TimelineEntry
from app.sdk.permissions import key_of
from app.security import epoch
from app.security.fab_tables import Permission, PermissionView, Role, ViewMenu, assoc_permissionview_role
from app.security.models import RoleProfile, UserChoice

# Kept whatever happens: what was done, and links, which read as text once their record is gone.
KEPT = frozenset({"audit_entry", "record_link"})
# Tables of the platform whose rows belong to what a column names: a record type, page, job, notice, mail, setting.
NAMED = (
    ("access_rule", "record_type"), ("custom_field", "subject"), ("demo_record", "unit"),
    ("duplicate_dismissal", "record_type"), ("export_run", "page"), ("field_right", "record_type"),
    ("import_mapping", "page"), ("import_run", "page"), ("job_run", "name"), ("job_schedule", "name"),
    ("mail", "kind"), ("mail_template", "kind"), ("notice", "kind"), ("outbox_message", "name"),
    ("record_merge", "record_type"), ("saved_filter", "page"), ("setting", "key"), ("signed_link", "purpose"),
    ("workflow_override", "workflow"),
)
# Of these, the folder of the data directory in which their files lie by their key.
FILES = {"export_run": "exports", "import_run": "imports"}
_LIST = "list:"
_PAGE = 500


class Names:
    """The names that an addon gave: its own, those of its record types, and all that begin with one of them."""

    def __init__(self, unit: Manifest, types: Iterable[str]) -> None:
        self.unit, self.types = unit.name, sorted({unit.name, *types})

    def are(self, text: Any) -> bool:
        """Say whether a text is one of them."""
        return isinstance(text, str) and (text.removeprefix(_LIST) in self.types or text.removeprefix(_LIST).startswith(
            (f"{self.unit}.", f"{self.unit}/")))

    def held_by(self, column: ColumnElement[str], before: str = "") -> ColumnElement[bool]:
        """Return the criterion of the rows whose column holds one of them, after some text."""
        return or_(column.in_([before + name for name in self.types]),
                   *(column.startswith(f"{before}{self.unit}{mark}", autoescape=True) for mark in "./"))


def erase(session: Session, registry: Registry, unit: Manifest) -> None:
    """Delete all of it, in the caller's transaction; its own tables are gone already."""
    connection = session.connection()
    kinds = connection.execute(
        select(RecordTypeRow.name, RecordTypeRow.base).where(RecordTypeRow.addon == unit.name)).all()
    bases = {row.name: row.base for row in kinds}
    _records(connection, bases)
    names = Names(unit, bases)
    _named(connection, names)
    _data(connection, unit)
    rights = key_scopes.rights_of(registry.owners, unit.name, names.types)
    key_scopes.take_away(session, rights)
    _rights(connection, rights)
    connection.execute(delete(RecordTypeRow.__table__).where(RecordTypeRow.__table__.c.addon == unit.name))
    epoch.bump(connection)


# Records --------------------------------------------------------------------------------------------------------------


def _records(connection: Connection, bases: dict[str, str | None]) -> None:
    names, files = list(bases), set[str]()
    of_them = Attachment.__table__.c.record_type.in_(names)
    files.update(connection.execute(select(Attachment.__table__.c.sha256).where(of_them)).scalars())
    # Words of what is said about them, of their files, and of the bin, each found by the text's own row.
    for texts in (TimelineEntry.__table__, Attachment.__table__, DeletedRecord.__table__):
        theirs = select(texts.c.id).where(texts.c.record_type.in_(names))
        connection.execute(delete(SearchEntry).where(
            SearchEntry.record_type == texts.name, SearchEntry.record_id.in_(theirs)))
    _links(connection, names)
    for table in archive_rows.platform_tables():
        if table.name not in KEPT:
            connection.execute(delete(table).where(archive_rows.about(table, names)))
    for base in {base for base in bases.values() if base}:
        table = Model.metadata.tables[base]
        connection.execute(delete(table).where(table.c.type.in_([name for name, of in bases.items() if of == base])))
    if files:
        after_commit(lambda: remove_unused(files))


def _links(connection: Connection, names: list[str]) -> None:
    # Among themselves nobody reads them. At another's they read as text, also where the addon comes back empty.
    table = RecordLink.__table__
    connection.execute(delete(table).where(table.c.source_type.in_(names), table.c.target_type.in_(names)))
    for column in (table.c.source_type, table.c.target_type):
        connection.execute(update(table).where(column.in_(names)).values({column: literal(REMOVED) + column}))
    # So does a custom field that names one: it keeps what that was called.
    kind = CustomValue.__table__.c.ref_type
    connection.execute(update(CustomValue.__table__).where(kind.in_(names)).values({kind: literal(REMOVED) + kind}))


# Names ----------------------------------------------------------------------------------------------------------------


def _named(connection: Connection, names: Names) -> None:
    for name, column in NAMED:
        table = Model.metadata.tables[name]
        criterion = names.held_by(table.c[column])
        if name in FILES:
            keys = [key for key in connection.execute(select(table.c.file_key).where(criterion)).scalars() if key]
            after_commit(_remover(Path(current_app.config["DATA_DIR"]) / FILES[name], keys))
        connection.execute(delete(table).where(criterion))
    _choices(connection, names)


def _remover(folder: Path, keys: list[str]) -> Callable[[], None]:
    def remove() -> None:
        for path in (path for key in keys for path in folder.glob(f"{os.path.basename(key)}.*")):
            path.unlink(missing_ok=True)

    return remove


def _choices(connection: Connection, names: Names) -> None:
    # How people arranged its lists goes; from what they arranged elsewhere goes what is its.
    table = UserChoice.__table__
    connection.execute(delete(table).where(or_(names.held_by(table.c.key), names.held_by(table.c.key, _LIST))))
    # A page at a time, and of all that people arranged only what speaks of one of the names at all.
    last, said = 0, cast(table.c.value, Text)
    named = or_(*(said.contains(name, autoescape=True) for name in names.types))
    change = update(table).where(table.c.id == bindparam("of_row")).values(value=bindparam("new"))
    while rows := connection.execute(select(table.c.id, table.c.value).where(table.c.id > last, named)
                                     .order_by(table.c.id).limit(_PAGE)).all():
        last = rows[-1].id
        changed = [{"of_row": row.id, "new": new} for row in rows if (new := without(row.value, names)) != row.value]
        if changed:
            connection.execute(change, changed)


def without(value: Any, names: Names) -> Any:
    """Return a value of JSON without what a name of the addon stands for: ["problem.mine", 2], {"problem.told": 1}."""
    if isinstance(value, dict):
        return {key: without(one, names) for key, one in value.items() if not names.are(key)}
    if isinstance(value, list):
        return [without(one, names) for one in value
                if not names.are(one) and not (isinstance(one, list) and one and names.are(one[0]))]
    return value


# What its files brought, and its rights -------------------------------------------------------------------------------


def _data(connection: Connection, unit: Manifest) -> None:
    """Delete what the data files brought; what others have come to use stays, and is known again."""
    record, places = DataRecord.__table__, {table.name: place for place, table in enumerate(_tables(connection))}
    shipped = connection.execute(select(record).where(record.c.addon == unit.name)).all()
    codes = _codes(connection, [row.record_id for row in shipped if row.table_name == NumberSequence.__tablename__])
    # What refers to another row before that row.
    for row in sorted(shipped, key=lambda one: (places.get(one.table_name, -1), one.record_id), reverse=True):
        table = Role.__table__ if row.table_name == "role" else Model.metadata.tables.get(row.table_name)
        if table is not None and table.name in places:
            if _is_used(connection, table, row.record_id):
                continue
            _delete(connection, table, row.record_id)
        connection.execute(delete(record).where(record.c.external_id == row.external_id))
    # A company's own numbers of its records.
    connection.execute(delete(NumberSequence.__table__).where(NumberSequence.__table__.c.code.in_(codes)))


def _tables(connection: Connection) -> list[Table]:
    present = set(inspect(connection).get_table_names())
    return [table for table in Model.metadata.sorted_tables if table.name in present]


def _codes(connection: Connection, ids: list[int]) -> list[str]:
    table = NumberSequence.__table__
    return list(connection.execute(select(table.c.code).where(table.c.id.in_(ids))).scalars())


def _is_used(connection: Connection, table: Table, record_id: int) -> bool:
    """Say whether a row of another kind refers to this one, or to a value of the list that it is or belongs to."""
    if table is Role.__table__:
        return False
    if table not in (Picklist.__table__, PicklistValue.__table__):
        return _refers(connection, table, [record_id])
    values = PicklistValue.__table__
    of_list = record_id if table is Picklist.__table__ else connection.execute(
        select(values.c.picklist_id).where(values.c.id == record_id)).scalar()
    ids = list(connection.execute(select(values.c.id).where(values.c.picklist_id == of_list)).scalars())
    return _refers(connection, Picklist.__table__, [of_list]) or _refers(connection, values, ids)


def _refers(connection: Connection, table: Table, ids: list[Any]) -> bool:
    # A row that cannot be without it is a part of it.
    return any(
        connection.execute(select(key.parent).where(key.parent.in_(ids)).limit(1)).first() is not None
        for other in _tables(connection) if other is not table
        for key in other.foreign_keys if key.column.table is table and key.parent.nullable)


def _delete(connection: Connection, table: Table, record_id: int) -> None:
    if table is Role.__table__:
        # Whoever has it loses it: it gives nothing any more.
        for part in (RoleProfile.__table__, assoc_permissionview_role):
            connection.execute(delete(part).where(part.c.role_id == record_id))
    connection.execute(delete(table).where(table.c.id == record_id))


def _rights(connection: Connection, theirs: Rights) -> None:
    rights, permission, menu = PermissionView.__table__, Permission.__table__, ViewMenu.__table__
    rows = connection.execute(
        select(rights.c.id, permission.c.name, menu.c.name).select_from(rights)
        .join(permission, permission.c.id == rights.c.permission_id).join(menu, menu.c.id == rights.c.view_menu_id)
    ).all()
    gone = [row for row in rows if theirs.are(key_of(row[1], row[2]))]
    ids, grants = [row[0] for row in gone], assoc_permissionview_role
    connection.execute(delete(grants).where(grants.c.permission_view_id.in_(ids)))
    connection.execute(delete(rights).where(rights.c.id.in_(ids)))
    for table, column, called in ((permission, rights.c.permission_id, {row[1] for row in gone}),
                                  (menu, rights.c.view_menu_id, {row[2] for row in gone})):
        used = select(func.count()).where(column == table.c.id).scalar_subquery()
        connection.execute(delete(table).where(table.c.name.in_(called), used == 0))
