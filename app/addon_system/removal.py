"""Taking an addon's tables away, and with them, where it is erased, all that it left in the platform's tables."""

from collections.abc import Collection

import structlog
from flask import Flask
from sqlalchemy import Connection, MetaData, Table, delete, func, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.addon_system import archive, archive_rows, installed, migrations, rows
from app.addon_system.manifest import Manifest
from app.addon_system.migration_connection import migrating, patient
from app.addon_system.models import DataRecord, RecordTypeRow
from app.addon_system.plan import ERASE, Plan
from app.addon_system.registry import Registry
from app.db import Model, db, past_audit, unit_of_work
from app.records.demo.bringing import CAUSE
from app.records.demo.removing import remove
from app.records.demo.surveying import survey
from app.sdk.actor import Actor, acting_as
from app.security import epoch
from app.security.fab_tables import Permission, PermissionView, Role, ViewMenu, assoc_permissionview_role
from app.security.models import RoleProfile

log = structlog.get_logger(__name__)
# Kept whatever happens: what was done, and links, which read as text once their record is gone.
KEPT = frozenset({"audit_entry", "record_link"})


class ChangedMeanwhile(RuntimeError):
    """A table holds other rows than its archive."""


def archive_name(unit: Manifest, journal_id: int) -> str:
    """Return the name of the archive of one action."""
    return f"{unit.name}-{unit.version}-{journal_id}"


def take_demo_out(names: Collection[str]) -> None:
    """Remove the demo data of addons, so that no archive holds any; what somebody made theirs stays."""
    with unit_of_work(write=True) as session, acting_as(Actor.system(CAUSE), cause=CAUSE):
        remove(session, survey(session, names))


def archive_all(app: Flask, registry: Registry, plan: Plan, journal_id: int) -> None:
    """Archive every addon of a plan, without its demo data."""
    take_demo_out(plan.order)
    for name in plan.order:
        unit = registry.known[name]
        archive.write(app, db.engine, unit, archive_name(unit, journal_id))


def drop_all(app: Flask, registry: Registry, plan: Plan, journal_id: int) -> None:
    """Drop the tables of the addons of a plan and say that they are uninstalled."""
    is_erased = plan.action == ERASE
    for name in plan.order:
        unit = registry.known[name]
        said = archive.contents(archive.folder_of(app, archive_name(unit, journal_id)))
        _drop(unit, {table: said["tables"][table]["rows"] for table in said["own"]})
        with unit_of_work(write=True) as session:
            if is_erased:
                with past_audit("an addon is erased with all that it brought; its audit says so"):
                    _erase(session, registry, unit)
            rows.put(session, unit, installed.UNINSTALLED, journal_id=journal_id,
                     archive=None if is_erased else archive_name(unit, journal_id))


@patient
def _drop(unit: Manifest, archived: dict[str, int]) -> None:
    # Table by table in foreign-key order, never metadata.drop_all: that drops all of Flask-AppBuilder's sequences.
    with migrating(db.engine) as connection:
        for table in reversed(archive.own_tables(connection, unit)):
            count = connection.execute(select(func.count()).select_from(table)).scalar_one()
            if count != archived.get(table.name):
                raise ChangedMeanwhile(f"{table.name}: {count} rows, {archived.get(table.name)} in the archive")
            table.drop(connection)
        Table(migrations.version_table(unit), MetaData()).drop(connection, checkfirst=True)


def _erase(session: Session, registry: Registry, unit: Manifest) -> None:
    connection = session.connection()
    kinds = connection.execute(
        select(RecordTypeRow.name, RecordTypeRow.base).where(RecordTypeRow.addon == unit.name)
    ).all()
    names = [row.name for row in kinds]
    for table in archive_rows.platform_tables():
        if table.name not in KEPT:
            connection.execute(delete(table).where(archive_rows.about(table, names)))
    for base in {row.base for row in kinds if row.base}:
        table = Model.metadata.tables[base]
        connection.execute(delete(table).where(table.c.type.in_([row.name for row in kinds if row.base == base])))
    _erase_data(session, unit)
    _erase_rights(session, registry, unit)
    epoch.bump(connection)


def _erase_data(session: Session, unit: Manifest) -> None:
    """Delete what the data files brought, the last first; what others have come to use stays."""
    connection, record = session.connection(), DataRecord.__table__
    present = set(inspect(connection).get_table_names())
    shipped = connection.execute(
        select(record.c.table_name, record.c.record_id).where(record.c.addon == unit.name)
    ).all()
    for name, record_id in reversed(shipped):
        table = Role.__table__ if name == "role" else Model.metadata.tables.get(name)
        if table is not None and table.name in present:
            _delete_unless_used(connection, table, record_id)
    connection.execute(delete(record).where(record.c.addon == unit.name))


def _delete_unless_used(connection: Connection, table: Table, record_id: int) -> None:
    try:
        with connection.begin_nested():
            if table is Role.__table__:
                profile, grants = RoleProfile.__table__, assoc_permissionview_role
                connection.execute(delete(profile).where(profile.c.role_id == record_id))
                connection.execute(delete(grants).where(grants.c.role_id == record_id))
            connection.execute(delete(table).where(table.c.id == record_id))
    except IntegrityError:
        log.info("addon_data_kept", table=table.name, id=record_id)


def _erase_rights(session: Session, registry: Registry, unit: Manifest) -> None:
    connection, grants = session.connection(), assoc_permissionview_role
    for key in [key for key, owner in registry.owners.items() if owner == unit.name]:
        action, resource = registry.permissions[key].fab
        ids = list(connection.execute(
            select(PermissionView.id).join(Permission, PermissionView.permission_id == Permission.id)
            .join(ViewMenu, PermissionView.view_menu_id == ViewMenu.id)
            .where(Permission.name == action, ViewMenu.name == resource)
        ).scalars())
        connection.execute(delete(grants).where(grants.c.permission_view_id.in_(ids)))
        connection.execute(delete(PermissionView.__table__).where(PermissionView.__table__.c.id.in_(ids)))
