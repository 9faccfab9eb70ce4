"""Taking an addon's tables away, and with them, where it is erased, all that it left in the platform's tables."""

from collections.abc import Collection

from flask import Flask
from sqlalchemy import MetaData, Table, func, select

from app.addon_system import archive, erasing, installed, migrations, rows
from app.addon_system.manifest import Manifest
from app.addon_system.migration_connection import migrating, patient
from app.addon_system.plan import ERASE, Plan
from app.addon_system.registry import Registry
from app.db import db, past_audit, unit_of_work
from app.records.demo.bringing import CAUSE
from app.records.demo.removing import remove
from app.records.demo.surveying import survey
from app.sdk.actor import Actor, acting_as


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
                    erasing.erase(session, registry, unit)
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
