"""People log, change and read incidents and problems without pause while the administrator switches an addon.

Nothing they do may fail: no answer of 500 and above, no connection refused or broken, and nothing they saved is lost.
How long it takes until every process serves the new set is printed (`pytest -s`). The long measurement is a program:
`python -m benchmarks.switching`.
"""

import pytest

from benchmarks.crash.run import engine_of
from benchmarks.switching import checks
from benchmarks.switching.administrator import CYCLE, Administrator
from benchmarks.switching.clients import Clients
from tests.support.servers import postgres_url, run_sql, with_database
from tests.support.visitor import Visitor


@pytest.fixture
def database_url(database_kind):
    if database_kind == "sqlite":
        yield None
        return
    name = "work_under_load"
    run_sql(postgres_url(), f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    yield with_database(postgres_url(), name)
    run_sql(postgres_url(), f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.mark.timeout(600)
def test_nobody_at_work_notices(serve, database_url, database_kind):
    settings = {"LOG_LEVEL": "WARNING", "ADDON_WAIT": "120", **({"DATABASE_URL": database_url} if database_url else {})}
    with serve(settings) as server:
        engine = engine_of(server, database_url)
        keeper = Visitor(server.url)
        keeper.log_in("admin", server.password)
        caller = keeper.rest("POST", "/person/", {"name": "Caller"}).json()["id"]
        administrator = Administrator(server, engine, "problem")
        group = keeper.rest("GET", "/work_group/").json()["result"][0]["id"]
        with Clients(server, 6, {"caller_id": caller, "group_id": group}) as at_work:
            took = [administrator.do(action) for action in CYCLE]
        told = at_work.told
        administrator.do("install")
        left = checks.settle(engine)
        with engine.connect() as connection:
            faults = checks.faults(connection, told, None, left)
        engine.dispose()
        log = server.log()
    print(f"\n{database_kind}:", *took, f"requests: {dict(told.done)}", sep="\n  ")  # noqa: T201 - the measurement
    assert told.failed == [], log
    assert faults == []
    assert all(told.done[name] > 5 for name in ("REST create", "form sent", "list", "known errors", "problem list"))
    assert "Traceback" not in log, log[-4000:]
