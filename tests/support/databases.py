"""Freshly prepared databases on SQLite and PostgreSQL, and the application that runs on them.

Each kind is prepared once a run, as an installation is, and kept as a template; a worker has one application a kind.
A test that committed something leaves a dirty database behind, and the next one begins anew: with a copy of the file,
or, on PostgreSQL, with the rows as they were (snapshots.py). The people of most tests are such a moment as well.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session

from app import create_app
from app.addon_system import graph, lifecycle
from app.addon_system.install import prepare_database
from app.addon_system.installed import on_disk
from app.db import db, unit_of_work
from app.records import kept, settings
from app.sdk.actor import SYSTEM, acting_as
from app.security import accounts
from tests.support import people, snapshots
from tests.support.servers import once, postgres_url, run_sql, shared_folder, with_database

KINDS = ("sqlite", "postgresql")
PREPARED, WITH_CAST = "prepared", "with_cast"
# So often rows are brought back before a new copy clears away what is left of deleted ones.
TIMES = 50
CHANGED_TABLES = "tables"
SETTINGS = {
    "TESTING": True, "SECRET_KEY": "of the tests only", "PROPAGATE_EXCEPTIONS": True, "LOG_LEVEL": "ERROR",
    "FAB_PASSWORD_HASH_METHOD": "pbkdf2:sha256:1000",  # as good for tests, and 50 ms quicker a log-in
    "ADDON_PATHS": os.environ.get("ADDON_PATHS", ""),
    "PASSWORD_STRENGTH": 0,  # 6 ms a log-in that is made; the tests of passwords set it
}


class Database:
    """One database of a worker: its address, its application, and whether a test has written to it.

    A test that changes tables, or writes by another way than this application's engine, sets `is_dirty`.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self.folder = shared_folder() / f"{kind}-{self.worker}"
        self.folder.mkdir(exist_ok=True)
        self.is_dirty = False
        self.moment, self._written, self._times, self._is_shared = PREPARED, set[str](), 0, False
        self._prepared = once(f"template-{kind}", self._make_template)
        self._url = self._address(f"{self._prepared['name']}_{self.worker}")
        self._copy()
        self.app = create_app(self.settings(self._url))
        with self.app.app_context():
            _watch_writes(db.engine, self)

    @property
    def url(self) -> str:
        """The address; whoever asks for it may write by ways that nobody watches."""
        self._is_shared = self.is_dirty = True
        return self._url

    def settings(self, url: str) -> dict[str, Any]:
        """Return the settings of an application on that database."""
        return {**SETTINGS, "SQLALCHEMY_DATABASE_URI": url, "DATA_DIR": str(self.folder),
                "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": True} if self.kind == "postgresql" else {}}

    def environment(self) -> dict[str, str]:
        """Return the environment of another process on this database."""
        url = _plain(self.url)
        return {**os.environ, "DATABASE_URL": url, "DATA_DIR": str(self.folder), "SECRET_KEY": "of the tests only"}

    def restore(self, moment: str = PREPARED) -> None:
        """Begin anew where a test has written, or where another moment is wanted."""
        if not self.is_dirty and self.moment == moment:
            return
        if not self._bring_back(moment):
            with self.app.app_context():
                db.engine.dispose()
            self._copy(moment)
        self.is_dirty, self.moment = False, moment
        self._forget()

    def bring_cast(self) -> Any:
        """Return the ids of the cast, which is in the database then; None where a test has written to it before."""
        if self.is_dirty:
            return None
        self.restore(WITH_CAST)
        return self._prepared["cast"]

    def wrote(self, tables: set[str]) -> None:
        """Note what was committed."""
        self._written |= tables
        self.is_dirty = True

    def _forget(self) -> None:
        self._written, self._is_shared = set(), False
        # Kept by user and epoch of rights, both of which begin anew.
        accounts._accounts.clear()
        accounts._rights.clear()
        settings.forget()
        kept.forget_all()

    def _bring_back(self, moment: str) -> bool:
        # Dirty without a word of what was written: a test has said so, because of what it does to tables.
        is_told = bool(self._written) or not self.is_dirty
        if self.kind == "sqlite" or self._is_shared or not is_told or CHANGED_TABLES in self._written:
            return False
        self._times += 1
        if self._times % TIMES == 0:
            return False
        between = set(self._prepared["cast_tables"]) if moment != self.moment else set()
        try:
            snapshots.bring_back(_plain(self._url), moment, self._written | between)
        except psycopg.Error:  # somebody still holds a lock: a new copy sends them away
            return False
        return True

    def _address(self, name: str) -> str:
        if self.kind == "sqlite":
            return f"sqlite:///{self.folder / f'{name}.sqlite3'}"
        return with_database(postgres_url(), name).replace("postgresql://", "postgresql+psycopg://")

    def _make_template(self) -> dict[str, Any]:
        name = f"desk_{uuid.uuid4().hex[:12]}"
        url = self._address(name)
        if self.kind == "postgresql":
            run_sql(postgres_url(), f"CREATE DATABASE {name}")
        app = create_app(self.settings(url), load_addons=False)
        with app.app_context():
            prepare_database(app)
            _install_the_others(app)
            _close(db.engine)
        self._keep(url, PREPARED)
        app = create_app(self.settings(url))
        with app.app_context():
            _watch_writes(db.engine, self)
            cast = people.keep_cast()
            _close(db.engine)
        self._keep(url, WITH_CAST)
        if self.kind == "postgresql":
            snapshots.bring_back(_plain(url), PREPARED, self._written)
        tables = sorted(self._written)
        self.is_dirty = False
        self._forget()
        return {"name": name, "url": url, "cast": cast, "cast_tables": tables}

    def _keep(self, url: str, moment: str) -> None:
        if self.kind == "postgresql":
            snapshots.keep(_plain(url), moment)
        else:
            path = _path(url)
            shutil.copyfile(path, path.with_suffix(f".{moment}"))

    def _copy(self, moment: str = PREPARED) -> None:
        self.copy_as(f"{self._prepared['name']}_{self.worker}", moment)

    def copy_as(self, name: str, moment: str = PREPARED) -> str:
        """Make a fresh database of that name, prepared as an installation is, and return its address."""
        url = self._address(name)
        if self.kind == "postgresql":
            run_sql(postgres_url(), f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
                    f"CREATE DATABASE {name} TEMPLATE {self._prepared['name']}")
            if moment != PREPARED:
                snapshots.bring_back(_plain(url), moment, set(self._prepared["cast_tables"]))
            return url
        path = _path(url)
        for suffix in ("-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(_path(self._prepared["url"]).with_suffix(f".{moment}"), path)
        return url


def _install_the_others(app: Flask) -> None:
    # What an administrator may install is there in most tests: what it must not change is tested where it is not.
    with acting_as(SYSTEM, via="cli", cause="test"):
        manifests, _faults = on_disk(app)
        for unit in graph.order(manifests)[0]:
            if not unit.installed_by_setup and not unit.auto_install:
                lifecycle.install(unit.name)
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM addon_journal"))


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _close(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def _watch_writes(engine: Engine, database: Database) -> None:
    @event.listens_for(engine, "before_cursor_execute")
    def _execute(connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        written = {CHANGED_TABLES} if snapshots.changes_tables(statement) else snapshots.written_by(statement)
        if written:
            connection.info.setdefault("wrote", set()).update(written)

    @event.listens_for(engine, "commit")
    def _commit(connection: Connection) -> None:
        written = connection.info.pop("wrote", None)
        if written:
            database.wrote(written)

    @event.listens_for(engine, "rollback")
    def _rollback(connection: Connection) -> None:
        connection.info.pop("wrote", None)


_databases: dict[str, Database] = {}


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """The kind of database: a test that uses `database` runs once on each."""
    return str(request.param)


@pytest.fixture
def database(database_kind: str) -> Iterator[Database]:
    """A freshly prepared database with its application."""
    if database_kind not in _databases:
        _databases[database_kind] = Database(database_kind)
    found = _databases[database_kind]
    found.restore()
    yield found
    with found.app.app_context():
        db.session.remove()


@pytest.fixture
def app(database: Database) -> Flask:
    """The application on a freshly prepared database."""
    return database.app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without log-in, as Flask's test client."""
    return app.test_client()


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """The application's context, for a test that opens its own units of work."""
    with app.app_context():
        yield app


class _RolledBack(Exception):
    """Ends a test's unit of work."""


@pytest.fixture
def unit(context: Flask) -> Iterator[Session]:
    """A writing unit of work of the system, rolled back at the end. Not together with `client`: that has its own."""
    try:
        with unit_of_work(write=True) as session, acting_as(SYSTEM):
            yield session
            raise _RolledBack
    except _RolledBack:
        db.session.remove()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by their kind of database, so that `-m postgresql` chooses them."""
    for item in items:
        kind = getattr(item, "callspec", None) and item.callspec.params.get("database_kind")  # type: ignore[attr-defined]
        if kind:
            item.add_marker(getattr(pytest.mark, kind))


def pytest_sessionfinish() -> None:
    """Close what a worker holds open."""
    for database in _databases.values():
        with database.app.app_context():
            db.engine.dispose()
    _databases.clear()
