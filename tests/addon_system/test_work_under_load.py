"""Agents log, change and read incidents without pause while the administrator works on the page of the addons.

Nothing they do may fail: no answer of 500 and above, no connection refused or broken, and nothing they saved is lost.
How long it takes until every process serves the new set is printed (`pytest -s`).
"""

import re
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text

from tests.addon_system.conftest import SAMPLES
from tests.support.servers import postgres_url, run_sql, with_database
from tests.support.visitor import Visitor

ACTIONS = ("install", "deactivate", "activate", "uninstall")


class Agents:
    """Four who work: two by REST, two by pages."""

    def __init__(self, server):
        self.server, self.over, self.lock = server, threading.Event(), threading.Lock()
        self.failed, self.done, self.saved, self.slowest = [], Counter(), [], 0.0
        self.threads = [threading.Thread(target=self._work, args=(number,)) for number in range(4)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_raised):
        self.over.set()
        for thread in self.threads:
            thread.join(60)

    def _work(self, number):
        visitor, turn = Visitor(self.server.url), 0
        visitor.log_in("admin", self.server.password)
        while not self.over.is_set():
            turn += 1
            title = f"Load {number}.{turn}"
            (self._by_rest if number % 2 else self._by_page)(visitor, title)
            time.sleep(0.01)

    def _by_rest(self, visitor, title):
        made = self._note("REST create", 201, visitor.rest, "POST", "/incident/", {"title": title, "caller_id": 1})
        if made.status == 201:
            incident = made.json()["id"]
            self._note("REST read", 200, visitor.rest, "GET", f"/incident/{incident}")
            if self._note("REST change", 200, visitor.rest, "PUT", f"/incident/{incident}",
                          {"description": title}).status == 200:
                self._keep(title)
        self._note("REST list", 200, visitor.rest, "GET", "/incident/?q=(page_size:20)")

    def _by_page(self, visitor, title):
        self._note("list", 200, visitor.get, "/incident/incidents/list/")
        self._note("options", 200, visitor.get, "/incident/incidents/options/caller?q=a")
        made = self._note("form", 200, visitor.submit, "/incident/incidents/add", None, title=title, caller="1",
                          description=title, kind="incident")
        if made.status == 200:
            assert "/show/" in made.url, made.text[:2000]
            self._keep(title)

    def _note(self, name, expected, call, *arguments, **values):
        begun = time.monotonic()
        answer = call(*arguments, **values)
        with self.lock:
            self.done[name] += 1
            self.slowest = max(self.slowest, time.monotonic() - begun)
            if answer.status != expected:
                self.failed.append((name, answer.status, answer.url, answer.text[:500]))
        return answer

    def _keep(self, title):
        with self.lock:
            self.saved.append(title)


class Administrator:
    """Works on the page of the addons, and waits as that page does."""

    def __init__(self, server, engine):
        self.visitor, self.engine = Visitor(server.url), engine
        self.visitor.log_in("admin", server.password)

    def do(self, action):
        """Have an action done; return how long it took until its page says so and every process serves the new set."""
        typed = {"typed": "sample"} if action == "uninstall" else {}
        begun = time.monotonic()
        answer = self.visitor.submit(f"/apps/sample/{action}", None, **typed)
        assert answer.status == 200, answer
        journal = re.search(r"/apps/progress/(\d+)", answer.url)
        assert journal is not None, answer.text[:2000]
        while True:
            state = self.visitor.get(f"/apps/progress/{journal[1]}/state")
            assert state.status == 200, state
            if not re.search('data-state="(waiting|running)"', state.text):
                break
            assert time.monotonic() - begun < 90, state.text
            time.sleep(0.1)
        assert 'data-state="done"' in state.text, state.text
        while not self._all_serve_it():
            assert time.monotonic() - begun < 90, "a process does not take the new set up"
            time.sleep(0.1)
        return time.monotonic() - begun

    def _all_serve_it(self):
        # A worker ends its job first and is then replaced, so it may be missing for a moment.
        with self.engine.connect() as connection:
            serving = connection.execute(text(
                "SELECT p.kind, p.generation - g.number FROM desk_process p, generation g WHERE p.kind <> 'command' "
                "AND p.heartbeat_at > :recent"), {"recent": self._recent()}).all()
        return {kind for kind, _behind in serving} >= {"web", "worker"} and {behind for _kind, behind in serving} == {0}

    @staticmethod
    def _recent():
        return (datetime.now(UTC) - timedelta(seconds=5)).replace(tzinfo=None)


@pytest.fixture
def database_settings(database_kind):
    if database_kind == "sqlite":
        yield {}
        return
    name = "work_under_load"
    run_sql(postgres_url(), f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    yield {"DATABASE_URL": with_database(postgres_url(), name)}
    run_sql(postgres_url(), f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.mark.timeout(400)
def test_nobody_at_work_notices(serve, database_settings, database_kind):
    with serve({"ADDON_PATHS": str(SAMPLES), "LOG_LEVEL": "WARNING", **database_settings}) as server:
        url = database_settings.get("DATABASE_URL") or f"sqlite:///{next(server.folder.glob('*.sqlite3'))}"
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
        administrator = Administrator(server, engine)
        with Agents(server) as agents:
            took = {action: administrator.do(action) for action in ACTIONS}
        with engine.connect() as connection:
            titles = set(connection.execute(text("SELECT title FROM ticket")).scalars())
        engine.dispose()
        log = server.log()
    print(  # noqa: T201 - the measurement
        f"\n{database_kind}: seconds until all processes serve the new set:",
          {action: round(seconds, 1) for action, seconds in took.items()},
          f"requests: {sum(agents.done.values())} {dict(agents.done)}, slowest {agents.slowest:.1f} s")
    assert agents.failed == []
    assert set(agents.saved) <= titles
    assert all(agents.done[name] > 5 for name in ("REST create", "form", "list", "options"))
    assert "Traceback" not in log, log[-4000:]
