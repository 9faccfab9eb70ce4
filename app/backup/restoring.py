"""Restoring: everything is checked first, then all of it comes in by one transaction, or none of it.

    file whole and ours -> its addons are on disk, not older than in it -> the install is empty
        -> [ migrate each unit to its revision in the file -> rows -> compare -> files ] -> migrate on
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flask import Flask

from app.addon_system import graph, install, installed, locks, migrations
from app.addon_system.commands import load_models
from app.addon_system.manifest import Manifest as UnitManifest
from app.addon_system.migration_connection import in_one
from app.backup import loading, snapshot, unpacking
from app.backup.format import BackupRefused, Manifest, Unit, key_fingerprint
from app.backup.making import OTHER_FOLDERS
from app.backup.unpacking import Backup
from app.db import Model, db, fresh_ids
from app.platform import PLATFORM

FOLDERS = ("files", *OTHER_FOLDERS)
# Of what is unpacked: a database has indexes and its own form of rows, and SQLite writes all of it twice.
ROOM = 3


def restore(app: Flask, path: Path) -> Manifest:
    """Bring a backup into an empty install and return its manifest. Raises BackupRefused; nothing was changed then."""
    with unpacking.opened(path) as backup:
        units = _units(app, backup.manifest)
        _refuse_filled(app)
        _refuse_without_room(app, backup.manifest)
        unpacking.verify(backup)
        with ExitStack() as held:
            for name in (locks.START, locks.WORK):
                held.enter_context(locks.exclusive(db.engine, name))
            _refuse_filled(app)
            _bring_in(app, backup, units)
        manifest = backup.manifest
    db.engine.dispose()
    install.prepare_database(app)
    return manifest


def same_key(app: Flask, manifest: Manifest) -> bool:
    """Say whether this install has the secret key of the desk that the backup is from."""
    return key_fingerprint(app.config["SECRET_KEY"]) == manifest.key


def _units(app: Flask, manifest: Manifest) -> list[tuple[UnitManifest, str]]:
    """Return the units of the file, those that others need first, and the revision of each. Raises BackupRefused."""
    found, _faults = installed.on_disk(app)
    known = {**found, PLATFORM.name: PLATFORM}
    said = {unit.name: unit for unit in manifest.units}
    missing = sorted(set(said) - set(known))
    if missing:
        raise BackupRefused(f"The backup needs addons that are not here: {', '.join(missing)}. "
                            "Put their folders in place (ADDON_PATHS) and try again.")
    newer = sorted(name for name, unit in said.items() if _is_newer(unit, known[name]))
    if newer:
        raise BackupRefused(f"The backup was made by a newer version of: {', '.join(newer)}. "
                            "Install that version and try again.")
    ordered, _left_out = graph.order({name: unit for name, unit in found.items() if name in said})
    if PLATFORM.name not in said or len(ordered) != len(said) - 1:
        raise BackupRefused("The backup is damaged: its set of addons is not whole.")
    return [(unit, said[unit.name].revision) for unit in (PLATFORM, *ordered)]


def _is_newer(unit: Unit, here: UnitManifest) -> bool:
    def number(version: str) -> tuple[int, ...]:
        return tuple(int(part) for part in version.split(".") if part.isdecimal())

    return number(unit.version) > number(here.version) or not migrations.knows(here, unit.revision)


def _refuse_filled(app: Flask) -> None:
    with db.engine.connect() as connection:
        if not snapshot.is_empty(connection):
            where = db.engine.url.render_as_string(hide_password=True)
            raise BackupRefused(f"A backup is restored into an empty install only, and {where} has tables. Name "
                                "another DATA_DIR or DATABASE_URL, or empty this one. Nothing was changed.")
    for name in FOLDERS:
        folder = Path(app.config["DATA_DIR"]) / name
        if folder.is_dir() and any(folder.iterdir()):
            raise BackupRefused(f"A backup is restored into an empty install only, and {folder} is not empty. "
                                "Nothing was changed.")


def _refuse_without_room(app: Flask, manifest: Manifest) -> None:
    needed = manifest.file_bytes + sum(part.bytes for part in manifest.others.values())
    if db.engine.dialect.name == "sqlite":
        needed += ROOM * sum(part.bytes for part in manifest.tables.values())
    free = shutil.disk_usage(app.config["DATA_DIR"]).free
    if needed > free:
        raise BackupRefused(f"{app.config['DATA_DIR']} has {free // 2**20} MB left; the backup needs about "
                            f"{needed // 2**20} MB.")


def _bring_in(app: Flask, backup: Backup, units: list[tuple[UnitManifest, str]]) -> None:
    with _files_undone(app), in_one(db.engine) as connection:
        for unit, revision in units:
            migrations.upgrade(db.engine, unit, revision)
        loading.load(connection, backup)
        if connection.dialect.name == "postgresql":
            # A desk on SQLite never gives the id of a purged record again; PostgreSQL has to be told of them.
            load_models([unit for unit, _revision in units[1:]])
            present = set(snapshot.table_names(connection))
            for table in Model.metadata.sorted_tables:
                if table.name in present:
                    fresh_ids.go_on(connection, table)
        _write_files(app, backup)


@contextmanager
def _files_undone(app: Flask) -> Iterator[None]:
    """Take away again what a failed restore has written beside the database."""
    data = Path(app.config["DATA_DIR"])
    key = data / "secret_key"
    before = key.read_bytes() if key.exists() else None
    try:
        yield
    except BaseException:
        for name in FOLDERS:
            shutil.rmtree(data / name, ignore_errors=True)
        if before is not None and key.read_bytes() != before:
            _put(key, iter([before]))
        raise


def _write_files(app: Flask, backup: Backup) -> None:
    data = Path(app.config["DATA_DIR"])
    for name in backup.manifest.others:
        _put(data / name, backup.blocks(name))
    for sha256, blocks in backup.attachments():
        _put(data / "files" / sha256[:2] / sha256, blocks)
    if backup.key is not None and (data / "secret_key").exists():
        _put(data / "secret_key", iter([backup.key.encode()]))
    os.sync()


def _put(target: Path, blocks: Iterator[bytes]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_name(f"{target.name}.part")
    with os.fdopen(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as out:
        for block in blocks:
            out.write(block)
    part.replace(target)
