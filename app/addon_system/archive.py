"""Archives: the data of a removed addon as lines of JSON, one file a table, verified before anything is dropped.

    DATA_DIR/archives/asset-1.2.0-17/
        contents.json          written last: version, revision, rows and SHA-256 of each table, how many files
        asset.jsonl …          the addon's own tables
        timeline_entry.jsonl … what the platform's tables hold about its records (audit, files, links, intervals too)
        files/<sha256>         the attachments' contents

Tables are read as the database has them, not as the models say, so that the archive of a faulty addon is whole too.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import ColumnElement, Connection, Engine, Table, select

from app.addon_system import archive_rows, migrations, row_lines
from app.addon_system.declared import declared_tables
from app.addon_system.manifest import Manifest
from app.addon_system.migration_connection import migrating, patient, reading
from app.addon_system.models import RecordTypeRow
from app.addon_system.tables import tables_of

CONTENTS = "contents.json"


class BrokenArchive(RuntimeError):
    """An archive that is not what was written."""


def folder_of(app: Flask, name: str) -> Path:
    """Return where an archive lies."""
    return Path(app.config["DATA_DIR"]) / "archives" / name


def own_tables(connection: Connection, unit: Manifest) -> list[Table]:
    """Return a unit's tables as the database has them, a referred table before those that refer to it."""
    names = {*declared_tables(unit), *(table.name for table in tables_of(unit.name))}
    return row_lines.reflected(connection, names)


def write(app: Flask, engine: Engine, unit: Manifest, name: str) -> str:
    """Write and verify the archive of a unit; return its name. One that is complete already is kept."""
    folder = folder_of(app, name)
    if (folder / CONTENTS).exists():
        verify(folder)
        return name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    with reading(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        said: dict[str, Any] = {
            "addon": unit.name, "version": unit.version, "revision": migrations.current(connection, unit),
            "own": [table.name for table in own_tables(connection, unit)],
            "tables": {table.name: _write_table(connection, folder, table, criterion)
                       for table, criterion in _selections(connection, unit)},
        }
    said["files"] = _keep_files(app, folder)
    part = folder / f"{CONTENTS}.part"
    part.write_text(json.dumps(said, indent=1), encoding="utf-8")
    part.replace(folder / CONTENTS)
    verify(folder)
    return name


def _selections(connection: Connection, unit: Manifest) -> Iterator[tuple[Table, ColumnElement[bool] | None]]:
    for table in own_tables(connection, unit):
        yield table, None
    types = _types(connection, unit)
    for base in sorted({base for base in types.values() if base}):
        for table in row_lines.reflected(connection, [base]):
            yield table, table.c.type.in_([name for name, of in types.items() if of == base])
    for table in row_lines.reflected(connection, [one.name for one in archive_rows.platform_tables()]):
        yield table, archive_rows.about(table, list(types))


def _types(connection: Connection, unit: Manifest) -> dict[str, str | None]:
    table = RecordTypeRow.__table__
    rows = connection.execute(select(table.c.name, table.c.base).where(table.c.addon == unit.name))
    return {row.name: row.base for row in rows}


def _write_table(connection: Connection, folder: Path, table: Table,
                 criterion: ColumnElement[bool] | None) -> dict[str, Any]:
    total, count = hashlib.sha256(), 0
    with (folder / f"{table.name}.jsonl").open("wb") as file:
        for line in row_lines.lines(connection, table, criterion):
            total.update(line)
            file.write(line)
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return {"rows": count, "sha256": total.hexdigest()}


def _keep_files(app: Flask, folder: Path) -> int:
    """Copy the attachments' contents, each once; return how many there are."""
    for row in rows_of(folder, "attachment"):
        digest = row["sha256"]
        source, target = Path(app.config["DATA_DIR"]) / "files" / digest[:2] / digest, folder / "files" / digest
        if source.exists() and not target.exists():
            target.parent.mkdir(exist_ok=True, mode=0o700)
            shutil.copyfile(source, target)
    return sum(1 for _kept in (folder / "files").glob("*"))


def contents(folder: Path) -> dict[str, Any]:
    """Return what an archive says of itself. Raises BrokenArchive."""
    try:
        return json.loads((folder / CONTENTS).read_text(encoding="utf-8"))  # type: ignore[no-any-return]
    except (OSError, ValueError) as error:
        raise BrokenArchive(f"{folder.name}: {error}") from error


def verify(folder: Path) -> dict[str, int]:
    """Read an archive again and return the rows of each table. Raises BrokenArchive where a file is not as written."""
    found = contents(folder)["tables"]
    for name, said in found.items():
        total, count = hashlib.sha256(), 0
        try:
            with (folder / f"{name}.jsonl").open("rb") as file:
                for line in file:
                    json.loads(line)
                    total.update(line)
                    count += 1
        except (OSError, ValueError) as error:
            raise BrokenArchive(f"{folder.name}/{name}: {error}") from error
        if count != said["rows"] or total.hexdigest() != said["sha256"]:
            raise BrokenArchive(f"{folder.name}/{name}: {count} rows are not the {said['rows']} that were written")
    _verify_files(folder)
    return {name: said["rows"] for name, said in found.items()}


def _verify_files(folder: Path) -> None:
    """Read what attachments hold: each is named by its SHA-256. An archive that counts none is older than the count."""
    number = 0
    for kept in (folder / "files").glob("*"):
        with kept.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != kept.name:
                raise BrokenArchive(f"{folder.name}/files/{kept.name}: not what was written")
        number += 1
    written = contents(folder).get("files", number)
    if number != written:
        raise BrokenArchive(f"{folder.name}/files: {number} are not the {written} that were written")


def rows_of(folder: Path, table: str) -> Iterator[dict[str, Any]]:
    """Return the rows of one table of an archive, as JSON holds them."""
    path = folder / f"{table}.jsonl"
    if path.exists():
        with path.open("rb") as file:
            for line in file:
                yield json.loads(line)


def restore(app: Flask, engine: Engine, unit: Manifest, name: str) -> None:
    """Make a unit's tables as they were archived, bring the rows back, then migrate on to the newest revision."""
    folder = folder_of(app, name)
    verify(folder)
    said = contents(folder)
    with reading(engine) as connection:
        is_fresh = migrations.current(connection, unit) is None
    if is_fresh and said["revision"]:
        migrations.upgrade(engine, unit, said["revision"])
    _rows_back(engine, folder, said)
    _files_back(app, folder)
    migrations.upgrade(engine, unit)


@patient
def _rows_back(engine: Engine, folder: Path, said: dict[str, Any]) -> None:
    with migrating(engine) as connection:
        own, others = set(said["own"]), set(said["tables"]) - set(said["own"])
        # Base rows and what the platform kept first; most of it is still there.
        for table in [*row_lines.reflected(connection, others), *row_lines.reflected(connection, own)]:
            archive_rows.bring_back(connection, table, rows_of(folder, table.name))


def _files_back(app: Flask, folder: Path) -> None:
    for kept in (folder / "files").glob("*"):
        target = Path(app.config["DATA_DIR"]) / "files" / kept.name[:2] / kept.name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(kept, target)
