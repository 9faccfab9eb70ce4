"""A change of tables meets somebody at work who holds one of its tables and wants the next: the change gives way."""

import threading
import uuid

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from app.addon_system import migration_connection
from app.addon_system.migration_connection import migrating, patient
from tests.support.servers import postgres_url, run_sql, with_database


@pytest.fixture
def url():
    name = f"patience_{uuid.uuid4().hex[:10]}"
    address = with_database(postgres_url(), name)
    run_sql(postgres_url(), f"CREATE DATABASE {name}")
    run_sql(address, "CREATE TABLE ticket (id int PRIMARY KEY)", "CREATE TABLE person (id int PRIMARY KEY)",
            "CREATE TABLE notebook (ticket int REFERENCES ticket, person int REFERENCES person)")
    yield address
    run_sql(postgres_url(), f"DROP DATABASE {name} WITH (FORCE)")


def test_whoever_is_at_work_goes_first(url):
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    holds, tried, attempts = threading.Event(), threading.Event(), []

    def work():
        with psycopg.connect(url) as connection:
            connection.execute("INSERT INTO person VALUES (1)")
            holds.set()
            assert tried.wait(10)
            connection.execute("INSERT INTO ticket VALUES (1)")

    @patient
    def drop():
        attempts.append(1)
        with migrating(engine) as connection:
            connection.execute(text("LOCK TABLE ticket IN ACCESS EXCLUSIVE MODE"))
            tried.set()
            connection.execute(text("DROP TABLE notebook"))

    worker = threading.Thread(target=work)
    worker.start()
    assert holds.wait(10)
    drop()
    worker.join(10)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM ticket)").fetchone() == (
            1, 1)
        assert connection.execute("SELECT to_regclass('notebook')").fetchone() == (None,)
    assert len(attempts) > 1
    engine.dispose()


def test_not_for_ever(url, monkeypatch):
    monkeypatch.setattr(migration_connection, "PATIENCE", 0.5)
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))

    @patient
    def drop():
        with migrating(engine) as connection:
            connection.execute(text("DROP TABLE notebook"))

    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO person VALUES (1)")
        with pytest.raises(DBAPIError, match="lock timeout"):
            drop()
    engine.dispose()
