"""What the database says for a plan and for an addon's page; a fixed number of statements each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, column, func, inspect, not_, or_, select, table, text

from app.addon_system.declared import Declared
from app.addon_system.models import RecordTypeRow
from app.addon_system.plan import counted, of_addons
from app.jobs.models import JobSchedule
from app.records.custom.models import CustomField, CustomValue
from app.records.links import RecordLink
from app.records.picklists import Picklist
from app.sdk.permissions import key_of
from app.sdk.workflow import OPEN, PAUSED
from app.security.fab_tables import Permission, PermissionView, ViewMenu, assoc_user_role
from app.security.models import RoleProfile


def open_records(connection: Connection, addons: Collection[str]) -> list[tuple[dict[str, str], int]]:
    """Return (name of the kind, how many of it are open) of the record types of addons that have a life cycle."""
    kind = RecordTypeRow.__table__
    kinds = connection.execute(select(kind.c.name, kind.c.base, kind.c.label).where(kind.c.addon.in_(addons))
                               .order_by(kind.c.name)).all()
    places = {row.name: row.base or row.name for row in kinds}
    columns = _columns(connection, set(places.values())) if kinds else {}
    counts = {
        row.name: select(func.count()).select_from(table(places[row.name])).where(
            column("state_category").in_([OPEN, PAUSED]), *_conditions(row, columns[places[row.name]]),
        ).scalar_subquery().label(row.name)
        for row in kinds if "state_category" in columns.get(places[row.name], ())
    }
    found: Mapping[Any, Any] = connection.execute(select(*counts.values())).mappings().one() if counts else {}
    return [(row.label, found[row.name]) for row in kinds if row.name in found]


def _columns(connection: Connection, names: set[str]) -> dict[str, set[str]]:
    found = inspect(connection).get_multi_columns(filter_names=sorted(names))
    return {name: {item["name"] for item in columns} for (_schema, name), columns in found.items()}


def _conditions(row: Any, columns: Collection[str]) -> list[Any]:
    of_this_kind = [column("type") == row.name] if row.base else []
    return [*of_this_kind, *([column("deleted_at").is_(None)] if "deleted_at" in columns else [])]


def record_types(connection: Connection, addons: Collection[str]) -> dict[str, list[str]]:
    """Return {addon: its types of records}, as the database has known them."""
    kind = RecordTypeRow.__table__
    found: dict[str, list[str]] = {name: [] for name in addons}
    for row in connection.execute(select(kind.c.addon, kind.c.name).where(kind.c.addon.in_(addons))):
        found[row.addon].append(row.name)
    return found


def told_elsewhere(connection: Connection, types: Collection[str]) -> tuple[int, int]:
    """Return how many links of other records lead to records of these types, and how many custom values name one."""
    link, value, field, lists = (one.__table__ for one in (RecordLink, CustomValue, CustomField, Picklist))
    # By the fields that may name one: the values have an index by field.
    fields = select(field.c.id).where(or_(field.c.target.in_(types), field.c.picklist_id.in_(
        select(lists.c.id).where(lists.c.source_type.in_(types)))))
    links = select(func.count()).select_from(link).where(
        or_(link.c.source_type.in_(types), link.c.target_type.in_(types)),
        not_(and_(link.c.source_type.in_(types), link.c.target_type.in_(types))))
    values = select(func.count()).select_from(value).where(
        value.c.field_id.in_(fields), value.c.ref_type.in_(types), value.c.record_type.not_in(types))
    row = connection.execute(select(links.scalar_subquery(), values.scalar_subquery())).one()
    return row[0], row[1]


def schedules(connection: Connection, addon: str, found: Declared) -> dict[str, str]:
    """Return {job: cron} of an addon's files; of a name that is put together what the scheduler has made of it.

    Where it has made nothing, for the addon is off, the name stands as it is written.
    """
    if not found.unnamed:
        return found.schedules
    row = JobSchedule.__table__
    known = connection.execute(select(row.c.name, row.c.cron).where(
        of_addons(row.c.name, [addon]), row.c.name.not_in(found.schedules)).order_by(row.c.name)).all()
    return {**found.schedules, **({one.name: one.cron for one in known} or found.unnamed)}


def known_rights(connection: Connection) -> frozenset[str]:
    """Return the keys of all rights that the database has."""
    rows = connection.execute(
        select(Permission.name, ViewMenu.name).select_from(PermissionView.__table__)
        .join(Permission, PermissionView.permission_id == Permission.id)
        .join(ViewMenu, PermissionView.view_menu_id == ViewMenu.id))
    return frozenset(key_of(action, resource) for action, resource in rows)


def holders(connection: Connection, codes: Collection[str]) -> dict[str, int]:
    """Return {code of a role that is there: how many users hold it}."""
    if not codes:
        return {}
    profile, held = RoleProfile.__table__, assoc_user_role
    return {row.code: row.number for row in connection.execute(
        select(profile.c.code, func.count(held.c.user_id).label("number"))
        .outerjoin(held, held.c.role_id == profile.c.role_id)
        .where(profile.c.code.in_(codes)).group_by(profile.c.code))}


@dataclass(frozen=True, slots=True)
class Size:
    """How much a table holds; bytes with its indexes, None where the database does not tell them."""

    table: str
    rows: int
    bytes: int | None


_BYTES = {
    "postgresql": "SELECT c.relname, pg_total_relation_size(c.oid) FROM pg_class c "
                  "WHERE c.relname IN :names AND c.relkind = 'r' AND pg_table_is_visible(c.oid)",
    "sqlite": "SELECT m.tbl_name, sum(s.pgsize) FROM sqlite_master m JOIN dbstat s ON s.name = m.name "
              "WHERE m.tbl_name IN :names GROUP BY m.tbl_name",
}

# SQLite may be built without the part that tells.
_HAS_DBSTAT = text("SELECT count(*) FROM pragma_module_list WHERE name = 'dbstat'")


def sizes(connection: Connection, names: Collection[str]) -> list[Size]:
    """Return how much each of these tables holds."""
    rows = counted(connection, names)
    told = _bytes(connection, names) if names else {}
    return [Size(name, rows[name], told.get(name)) for name in names]


def _bytes(connection: Connection, names: Collection[str]) -> dict[str, int]:
    dialect = connection.dialect.name
    if dialect == "sqlite" and not connection.execute(_HAS_DBSTAT).scalar():
        return {}
    statement = text(_BYTES[dialect]).bindparams(bindparam("names", list(names), expanding=True))
    return {name: int(size) for name, size in connection.execute(statement)}
