"""Rights and record types as units declare them, written in bulk; only the installer calls this.

Nothing is ever taken away here: the grants of an addon that is switched off are there again when it comes back.
"""

from collections.abc import Collection
from typing import Any

from flask_babel import force_locale
from sqlalchemy import Connection, Table, insert, select, update
from sqlalchemy.orm import Mapper, Session

from app.addon_system.models import RecordTypeRow
from app.addon_system.registry import Registry
from app.addon_system.tables import unit_of
from app.db import Audited, Model, past_audit, record_type_of
from app.sdk.i18n import _
from app.security import epoch
from app.security.fab_tables import Permission, PermissionView, Role, ViewMenu, assoc_permissionview_role
from app.security.models import RoleProfile

ADMIN = "Admin"
ADMIN_PROFILE = {"code": "platform.role_admin", "label": {"en": "Administrator", "zh": "系统管理员"}}


def sync(session: Session, registry: Registry, units: Collection[str] | None = None) -> int:
    """Write the missing rights, hand all of them to the administrators' role; return how many rows were written.

    `units` are those whose rights shall be there, all that are loaded where it is None: one that is loaded only to be
    settled or removed is not among them.
    """
    connection = session.connection()
    wanted = [permission.fab for key, permission in registry.permissions.items()
              if units is None or registry.owners[key] in units]
    names = _ids(connection, Permission.__table__, sorted({action for action, _resource in wanted}))
    menus = _ids(connection, ViewMenu.__table__, sorted({resource for _action, resource in wanted}))
    written = names.written + menus.written
    pairs = {(names.by_name[action], menus.by_name[resource]) for action, resource in wanted}
    table = PermissionView.__table__
    have = {(row.permission_id, row.view_menu_id) for row in connection.execute(select(table))}
    written += _insert(connection, table, [
        {"permission_id": name, "view_menu_id": menu} for name, menu in sorted(pairs - have)
    ])
    written += _grant_all(connection, _admin(session))
    if written:
        epoch.bump(connection)
    return written + _record_types(session, units)


class _Ids:
    """The rows of a table that has names: their ids, and how many had to be written."""

    def __init__(self, by_name: dict[str, int], written: int) -> None:
        self.by_name, self.written = by_name, written


def _ids(connection: Connection, table: Any, names: list[str]) -> _Ids:
    query = select(table.c.name, table.c.id)
    present = {row.name: row.id for row in connection.execute(query)}
    written = _insert(connection, table, [{"name": name} for name in names if name not in present])
    if written:
        present = {row.name: row.id for row in connection.execute(query)}
    return _Ids(present, written)


def _insert(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> int:
    if rows:
        with past_audit("what the loaded units declare, whoever starts the desk"):
            connection.execute(insert(table), rows)
    return len(rows)


def _admin(session: Session) -> int:
    role_id = session.execute(select(Role.id).where(Role.name == ADMIN)).scalar()
    if role_id is None:
        role = Role(name=ADMIN)
        session.add(role)
        session.flush()
        role_id = role.id
    if session.execute(select(RoleProfile.id).where(RoleProfile.role_id == role_id)).first() is None:
        session.add(RoleProfile(role_id=role_id, addon="platform", is_self_service=False, **ADMIN_PROFILE))
        session.flush()
    return role_id


def _grant_all(connection: Connection, role_id: int) -> int:
    grants = assoc_permissionview_role
    held = select(grants.c.permission_view_id).where(grants.c.role_id == role_id)
    rights = PermissionView.__table__
    missing = connection.execute(select(rights.c.id).where(rights.c.id.not_in(held))).scalars()
    return _insert(connection, grants, [{"permission_view_id": item, "role_id": role_id} for item in missing])


def _record_types(session: Session, units: Collection[str] | None) -> int:
    connection, table = session.connection(), RecordTypeRow.__table__
    present = {row.name: row for row in connection.execute(select(table))}
    written = 0
    for name, values in record_types().items():
        if units is not None and values["addon"] not in units:
            continue
        row = present.get(name)
        if row is None:
            written += _insert(connection, table, [{"name": name, **values}])
        elif any(getattr(row, key) != value for key, value in values.items()):
            connection.execute(update(table).where(table.c.name == name).values(**values))
            written += 1
    return written


def record_types() -> dict[str, dict[str, Any]]:
    """Return {record type: its row} of every class of this process that audit, timeline and links may refer to."""
    found: dict[str, dict[str, Any]] = {}
    for mapper in Model.registry.mappers:
        cls = mapper.class_
        if not issubclass(cls, Audited) or getattr(cls, "is_tombstone", False):
            continue
        name = record_type_of(cls)
        found[name] = {"addon": unit_of(cls.__module__), "base": _base_table(mapper), "label": _label(name)}
    return found


def _base_table(mapper: Mapper[Any]) -> str | None:
    base = mapper.base_mapper.local_table
    return base.name if mapper.inherits is not None and isinstance(base, Table) else None


def _label(name: str) -> dict[str, str]:
    words = name.replace("_", " ").capitalize()
    label = {}
    for language in ("en", "zh"):
        with force_locale(language):
            label[language] = _(words)  # the name of the kind is a msgid of its own
    return label
