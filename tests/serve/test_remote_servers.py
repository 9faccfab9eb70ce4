"""With DATABASE_URL and REDIS_URL the same code runs on other servers, and starts none of its own."""

import time
import uuid

import psutil
import psycopg
import pytest
from redis import Redis

from tests.support.live import answers, serving
from tests.support.servers import run_sql, with_database

STATE = "SELECT state FROM outbox_message WHERE name = 'platform.tidy_up'"
PUT = ("INSERT INTO outbox_message (name, payload, state, available_at, attempts, actor_label, created_at)"
       " VALUES ('platform.tidy_up', '{}', 'waiting', now(), 0, 'system', now())")


@pytest.mark.timeout(240)
def test_a_desk_on_postgresql_and_a_remote_redis(postgres: str, valkey: str) -> None:
    name = f"desk_{uuid.uuid4().hex[:12]}"
    run_sql(postgres, f"CREATE DATABASE {name}")
    url = with_database(postgres, name)
    try:
        with serving({"DATABASE_URL": url, "REDIS_URL": valkey}, wait=120) as server:
            assert answers(f"{server.url}/readyz")
            names = [child.name() for child in psutil.Process(server.process.pid).children(recursive=True)]
            assert not [name for name in names if "valkey" in name or "redis" in name]
            assert not list(server.folder.glob("*.sqlite3"))
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(PUT)
                end = time.monotonic() + 60
                while connection.execute(STATE).fetchone() != ("done",):
                    assert time.monotonic() < end
                    time.sleep(0.2)
            with Redis.from_url(valkey) as client:
                assert client.smembers("rq:queues") == {b"rq:queue:desk"}
    finally:
        run_sql(postgres, f"DROP DATABASE {name} WITH (FORCE)")
