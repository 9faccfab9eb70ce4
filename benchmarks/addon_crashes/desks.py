"""Desks in a certain state, kept to begin with again and again: the database and the data folder."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from app import create_app
from app.addon_system import archive, hand, lifecycle
from app.addon_system.install import prepare_database
from app.db import db
from app.sdk.actor import SYSTEM, acting_as
from tests.addon_system.whole import Picture, picture, schema
from tests.support.servers import run_sql, with_database

ADDON = "problem"
# Columns that tell of the action and not of its outcome are left out: instants, and the action's own number.
GRANTS = "ab_permission_view_role"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:\+\d\d:\d\d)?")
LEFT_OUT = frozenset({"desk_process", "generation", "rights_epoch", "addon_journal", "audit_seal", "audit_entry"})


@dataclass(frozen=True)
class Place:
    """Where the desk lies whose addon is installed and removed; `server` is PostgreSQL's address, None for SQLite."""

    folder: Path
    server: str | None

    @property
    def url(self) -> str:
        if self.server is None:
            return f"sqlite:///{self.folder / 'desk' / 'desk.sqlite3'}"
        return with_database(self.server, "desk").replace("postgresql://", "postgresql+psycopg://")

    def keep(self, name: str) -> None:
        """Keep the desk as it is under a name."""
        self._copy("desk", name)

    def begin_with(self, name: str) -> None:
        """Make the desk what was kept under a name."""
        self._copy(name, "desk")

    def make_empty(self) -> None:
        """Begin with nothing."""
        (self.folder / "desk").mkdir(parents=True)
        if self.server is not None:
            run_sql(self.server, "CREATE DATABASE desk")

    def _copy(self, source: str, target: str) -> None:
        db.engine.dispose()
        shutil.rmtree(self.folder / target, ignore_errors=True)
        shutil.copytree(self.folder / source, self.folder / target)
        if self.server is not None:
            run_sql(self.server, f"DROP DATABASE IF EXISTS {target} WITH (FORCE)",
                    f"CREATE DATABASE {target} TEMPLATE {source}")


@contextmanager
def desk(place: Place) -> Iterator[Flask]:
    """Open an application that has loaded no addon, on the desk of a place."""
    app = create_app({"SQLALCHEMY_DATABASE_URI": place.url, "DATA_DIR": str(place.folder / "desk"),
                      "LOG_LEVEL": "ERROR", "SECRET_KEY": "of the benchmark only"}, load_addons=False)
    with app.app_context(), acting_as(SYSTEM, via="cli", cause="benchmark"):
        yield app
        db.session.remove()
        db.engine.dispose()


def make_states(app: Flask, place: Place) -> None:
    """Keep a desk without the addon, one on which it is filled, and one on which it was uninstalled."""
    prepare_database(app)
    place.keep("without")
    lifecycle.install(ADDON)
    subprocess.run([sys.executable, "-m", "tests.addon_system.filling", place.folder / "told.json"], cwd=hand.ROOT,
                   env={**hand.environment(app), "LOG_LEVEL": "ERROR"}, check=True, stdin=subprocess.DEVNULL)
    place.keep("filled")
    lifecycle.uninstall(ADDON)
    place.keep("archived")


@dataclass(frozen=True)
class State:
    """All that a desk is at a moment, but for when it became so."""

    tables: dict[str, list[str]]
    rows: Picture
    audit: list[str]
    faults: list[str]


def state(app: Flask) -> State:
    """Look at all of it: tables, rows, what audit says of addons, archives and attachments."""
    rows = picture(db.engine, without=LEFT_OUT, of_time=False)
    # An archive is called after the action that made it.
    rows["addon"] = [json.dumps({**one, "archive": bool(one["archive"])}) for one in map(json.loads, rows["addon"])]
    # Which grant of a role is written first is left to chance.
    rows[GRANTS] = sorted(json.dumps({**one, "id": 0}) for one in map(json.loads, rows[GRANTS]))
    with db.engine.connect() as connection:
        # When something ended is another moment each time.
        audit = [_MOMENT.sub("…", f"{one}") for one in connection.exec_driver_sql(
            "SELECT record_type, action, field, CAST(old AS VARCHAR(500)), CAST(new AS VARCHAR(500)), count(*) "
            "FROM audit_entry GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5")]
        hashes = list(connection.exec_driver_sql("SELECT sha256 FROM attachment").scalars())
    folder = Path(app.config["DATA_DIR"])
    faults = [f"no file of an attachment: {one}" for one in hashes if not (folder / "files" / one[:2] / one).exists()]
    for kept in (folder / "archives").glob("*"):
        try:
            archive.verify(kept)
        except archive.BrokenArchive as broken:
            faults.append(f"archive {broken}")
    return State(schema(db.engine), rows, audit, faults)


def environment(app: Flask) -> dict[str, str]:
    """Return the environment of a process that works on the desk."""
    return {**hand.environment(app), "PYTHONPATH": os.fspath(hand.ROOT)}
