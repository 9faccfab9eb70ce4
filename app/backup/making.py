"""Making a backup: the rows as they are at one moment, then the files that they speak of."""

from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, select

from app import __version__
from app.addon_system import row_lines
from app.backup import snapshot
from app.backup.format import ABOUT, FORMAT, KEY, MANIFEST, OTHER, PRODUCT, BackupRefused, Manifest, key_fingerprint
from app.backup.packing import Packer, packing
from app.db import db
from app.records import kept_files
from app.records.attachments import Attachment
from app.sdk import clock

OTHER_FOLDERS = ("archives", "imports")


def make(app: Flask, target: Path, *, with_key: bool = False) -> Manifest:
    """Write a backup of the desk to a file that is not there yet, and return its manifest. Raises BackupRefused.

    `with_key` puts the secret key into it: whoever has the file can then read second factors and forge sessions.
    """
    if target.exists():
        raise BackupRefused(f"{target} is there already.")
    if not target.parent.is_dir():
        raise BackupRefused(f"There is no folder {target.parent}.")
    with kept_files.staying(Path(app.config["DATA_DIR"])), snapshot.snapshot(db.engine) as connection:
        if snapshot.is_empty(connection):
            raise BackupRefused("There is nothing to back up: the database has no tables yet.")
        with packing(target) as packer:
            packer.add_json(ABOUT, {"product": PRODUCT, "format": FORMAT})
            manifest = _manifest(app, connection)
            _tables(packer, connection, manifest)
            _others(packer, Path(app.config["DATA_DIR"]), manifest)
            _files(packer, connection, Path(app.config["DATA_DIR"]) / "files", manifest)
            if with_key:
                packer.add_bytes(KEY, app.config["SECRET_KEY"].encode())
            packer.add_json(MANIFEST, manifest.plain())
    return manifest


def _manifest(app: Flask, connection: Connection) -> Manifest:
    return Manifest(
        version=__version__, made_at=clock.now().isoformat(timespec="seconds"), database=connection.dialect.name,
        units=snapshot.units(connection), key=key_fingerprint(app.config["SECRET_KEY"]))


def _tables(packer: Packer, connection: Connection, manifest: Manifest) -> None:
    tables = row_lines.reflected(connection, snapshot.table_names(connection), in_order=False)
    manifest.next_ids = snapshot.counters(connection, tables)
    for table in tables:
        lines = row_lines.lines(connection, table)
        manifest.tables[table.name] = packer.add_lines(f"tables/{table.name}.jsonl.gz", lines)


def _others(packer: Packer, data: Path, manifest: Manifest) -> None:
    for folder in OTHER_FOLDERS:
        for path in sorted((data / folder).rglob("*")):
            name = path.relative_to(data).as_posix()
            if not path.is_file() or path.suffix == ".part" or not OTHER.fullmatch(name):
                continue
            part = packer.add_file(name, path)
            if part is not None:
                manifest.others[name] = part


def _files(packer: Packer, connection: Connection, folder: Path, manifest: Manifest) -> None:
    for sha256 in _hashes(connection):
        part = packer.add_file(f"files/{sha256}", folder / sha256[:2] / sha256)
        if part is None:
            manifest.missing.append(sha256)
            continue
        manifest.files += 1
        manifest.file_bytes += part.bytes
        if part.sha256 != sha256:
            manifest.damaged.append(sha256)


def _hashes(connection: Connection) -> Iterator[str]:
    column = Attachment.__table__.c.sha256
    statement = select(column).distinct().order_by(column).execution_options(yield_per=1000)
    yield from connection.execute(statement).scalars()
