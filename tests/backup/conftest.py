"""A desk with something of everything, its backup, and empty installs to restore it into."""

import tarfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from addons.incident.services import incident_service
from app import create_app
from app.backup import making
from app.backup.format import Manifest
from app.db import db, unit_of_work
from app.records import attachments, audit_chain
from app.sdk.actor import SYSTEM, acting_as
from tests.support.databases import SETTINGS, Database
from tests.support.people import Cast, make_company, make_group, make_person
from tests.support.servers import postgres_url, run_sql, with_database


def fill(app: Flask) -> None:
    """Write rows of every kind that databases keep differently, and a file; remove the newest row again."""
    with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
        company = make_company(name="天汇 “Ünïcode” \\N \t tab")
        person = make_person(name="O'Brien; 50%", company=company)
        group = make_group(person)
        make_group(person, parent=group)  # a row that refers to one of its own table
        incident_service.create(SYSTEM, {"title": "Ünïcode 打印机", "caller_id": person.id, "group_id": group.id})
        attachments.add(session, company, "note.txt", b"kept under its hash")
    with app.app_context():
        audit_chain.seal_batch()


@contextmanager
def empty_install(kind: str, folder: Path) -> Iterator[Flask]:
    """Enter an install without any table, on a new database of that kind."""
    folder.mkdir()
    url = f"sqlite:///{folder / 'desk.sqlite3'}"
    if kind == "postgresql":
        name = f"restored_{uuid.uuid4().hex[:12]}"
        run_sql(postgres_url(), f"CREATE DATABASE {name}")
        url = with_database(postgres_url(), name).replace("postgresql://", "postgresql+psycopg://")
    app = create_app({**SETTINGS, "SQLALCHEMY_DATABASE_URI": url, "DATA_DIR": str(folder),
                      "SQLALCHEMY_ENGINE_OPTIONS": {}}, load_addons=False)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
            if kind == "postgresql":
                run_sql(postgres_url(), f"DROP DATABASE {name} WITH (FORCE)")


def back_up(app: Flask, target: Path, **how: Any) -> Manifest:
    """Make a backup of an application's desk."""
    with app.app_context():
        return making.make(app, target, **how)


def rewritten(source: Path, target: Path, change: Callable[[str, bytes], tuple[str, bytes]]) -> Path:
    """Copy a backup with its members changed."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for info in old:
            name, content = change(info.name, old.extractfile(info).read())  # type: ignore[union-attr]
            made = tarfile.TarInfo(name)
            made.size = len(content)
            new.addfile(made, BytesIO(content))
    return target


@pytest.fixture
def filled(database: Database, cast: Cast) -> Flask:
    """A desk with something of everything."""
    fill(database.app)
    return database.app

