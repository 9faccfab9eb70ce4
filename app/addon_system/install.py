"""Bringing a database up to what is on disk: at the first start, after an upgrade, and after a crash.

    nothing to do: a few reads, in this process
    otherwise:     one process at a time starts a hand (a fresh process), which loads what is to be installed:
                   migrate the platform -> settle unfinished actions -> migrate the addons, those that others need
                   first -> rights, record types and data of all in one transaction -> raise the generation
"""

from collections.abc import Iterable

import structlog
from flask import Flask
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.addon_system import (
    data,
    generation,
    hand,
    installed,
    journal,
    locks,
    migrations,
    permission_sync,
    rows,
)
from app.addon_system.manifest import Manifest
from app.addon_system.models import AddonRow
from app.addon_system.registry import Registry
from app.addon_system.tables import tables_of
from app.db import db, fresh_ids, unit_of_work
from app.platform import PLATFORM
from app.sdk.actor import SYSTEM, acting_as

log = structlog.get_logger(__name__)


def prepare_database(app: Flask) -> None:
    """Prepare the database of an application; processes that start together may all call it. Raises HandFailed."""
    with app.app_context():
        if not needs_work(app):
            return
        with locks.exclusive(db.engine, locks.START):
            if needs_work(app):
                hand.run(app, "prepare")
        db.engine.dispose()


def needs_work(app: Flask) -> bool:
    """Say whether the database is not what the files on disk want: a few reads."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table(AddonRow.__tablename__):
            return True
        if migrations.current(connection, PLATFORM) != migrations.head(PLATFORM):
            return True
        running = journal.unfinished(connection)
        found = installed.read(connection, app)
    is_behind = bool(found.stale() or found.to_set_up())
    if running and _somebody_works():
        # What is half done is in the hands of a living process; waiting for it would keep it from ending, because
        # it in turn waits for the processes that we replace.
        return False
    return is_behind or bool(running)


def _somebody_works() -> bool:
    try:
        with locks.exclusive(db.engine, locks.WORK, timeout=0):
            return False
    except locks.Busy:
        return True


def prepare_here(app: Flask) -> None:
    """Do the work in this process, which has loaded no addon yet."""
    from app.addon_system import perform

    with locks.exclusive(db.engine, locks.WORK), acting_as(SYSTEM):
        migrations.upgrade(db.engine, PLATFORM, reachable(PLATFORM))
        with db.engine.connect() as connection:
            found = installed.read(connection, app)
            unfinished = perform.unfinished_addons(connection)
        fresh = found.to_set_up()
        registry = hand.load(app, {*found.loadable(), *fresh, *unfinished} & set(found.manifests))
        perform.settle(app, registry)
        bring_up(app, registry, [*found.loadable(), *fresh])
        log.info("database_prepared", installed=fresh, faulty=sorted(registry.faults))


def bring_up(app: Flask, registry: Registry, names: Iterable[str]) -> None:
    """Migrate, fill and enable these addons and the platform; one that does not load becomes faulty."""
    with db.engine.connect() as connection:
        found = installed.read(connection, app)
    chosen = [registry.addons[name] for name in found.names_among(names) if name in registry.addons]
    faulty = [name for name in names if name not in registry.addons]
    for unit in chosen:
        migrations.upgrade(db.engine, unit, reachable(unit))
    with unit_of_work(write=True) as session:
        fill(session, registry, [PLATFORM, *chosen])
        for name in faulty:
            rows.put(session, found.manifests[name], installed.FAULTY, fault=registry.faults.get(name))
        number = generation.raise_generation(session)
    contract(app, [PLATFORM, *chosen], number)


def fill(session: Session, registry: Registry, units: list[Manifest], journal_id: int = 0) -> None:
    """Write rights, record types and data of these units and say that they are enabled, in the caller's unit."""
    table = AddonRow.__table__
    served = session.connection().execute(select(table.c.name).where(table.c.state == installed.ENABLED)).scalars()
    permission_sync.sync(session, registry, {*served, *(unit.name for unit in units)})
    for unit in units:
        for table in tables_of(unit.name):
            fresh_ids.go_on(session.connection(), table)
        data.load_unit(session, unit)
        rows.put(session, unit, installed.ENABLED, journal_id=journal_id)


def contract(app: Flask, units: list[Manifest], number: int) -> list[str]:
    """Run what takes away, once no process with the old code is left; return who was still there after the wait."""
    with db.engine.connect() as connection:
        left = [unit for unit in units if migrations.pending(connection, unit)]
    if not left:
        return []
    behind = generation.wait_until_all(number, app.config["ADDON_WAIT"])
    if not behind:
        for unit in left:
            migrations.upgrade(db.engine, unit)
        with unit_of_work(write=True) as session:
            for unit in left:
                rows.put(session, unit, installed.ENABLED)
    return behind


def reachable(unit: Manifest) -> str:
    """Return how far to go at once: to the newest revision where there are no tables yet, else not past a contract."""
    with db.engine.connect() as connection:
        if migrations.current(connection, unit) is None:
            return "head"
        return migrations.last_expand(connection, unit) or migrations.current(connection, unit) or "head"
