"""A desk of its own for each test that installs and removes: its database, its folder, the sample addons."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from app import create_app
from app.db import db, past_audit
from app.sdk.actor import SYSTEM, acting_as
from tests.support.databases import Database
from tests.support.servers import postgres_url, run_sql, with_database

SAMPLES = Path(__file__).resolve().parents[1] / "addons"


@dataclass(frozen=True)
class AddonDesk:
    """An application that has loaded no addon, on a database of its own."""

    app: Flask
    url: str
    folder: Path

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with db.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement), values)]

    def run(self, *statements: str) -> None:
        with db.engine.connect() as connection, past_audit("made by the test"):
            for statement in statements:
                connection.execute(text(statement))
            connection.commit()

    def tables(self) -> set[str]:
        return set(inspect(db.engine).get_table_names())

    def states(self) -> dict[str, str]:
        return dict(self.rows("SELECT name, state FROM addon"))  # type: ignore[arg-type]


def bare_app(url: str, folder: Path) -> Flask:
    return create_app({"SQLALCHEMY_DATABASE_URI": url, "DATA_DIR": str(folder), "ADDON_PATHS": str(SAMPLES),
                       "LOG_LEVEL": "ERROR", "SECRET_KEY": "of the tests only", "TESTING": True,
                       "BABEL_DEFAULT_LOCALE": "en"}, load_addons=False)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[AddonDesk]:
    """A prepared desk with the sample addons at hand, on SQLite and on PostgreSQL."""
    url = database.copy_as(f"addons_{uuid.uuid4().hex[:10]}")
    app = bare_app(url, tmp_path)
    with app.app_context(), acting_as(SYSTEM, via="cli", cause="test"):
        yield AddonDesk(app, url, tmp_path)
        db.session.remove()
        db.engine.dispose()
    _drop(url)


@pytest.fixture
def empty_url(database_kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'desk.sqlite3'}"
        return
    name = f"empty_{uuid.uuid4().hex[:10]}"
    run_sql(postgres_url(), f"CREATE DATABASE {name}")
    url = with_database(postgres_url(), name).replace("postgresql://", "postgresql+psycopg://")
    yield url
    _drop(url)


def _drop(url: str) -> None:
    if url.startswith("postgresql"):
        name = url.partition("?")[0].rsplit("/", 1)[1]
        run_sql(postgres_url(), f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    else:
        for path in Path(url.removeprefix("sqlite:///")).parent.glob(f"{Path(url).name}*"):
            path.unlink()
