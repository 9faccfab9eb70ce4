"""Who serves which set: the number, the rows of the processes, the wait for the last of them."""

import threading
import time
from datetime import timedelta

from app.addon_system import generation
from app.db import unit_of_work
from app.sdk import clock


def raise_it():
    with unit_of_work(write=True) as session:
        return generation.raise_generation(session)


def stale(desk, process_id, host="elsewhere"):
    """Make a process look like one of another machine that has not been heard of since its lease was over."""
    at = clock.now() - generation.LEASE - timedelta(seconds=1)
    with unit_of_work(write=True) as session:
        session.connection().execute(generation._process.update().where(generation._process.c.id == process_id)
                                     .values(heartbeat_at=at, host=host))


def test_the_number_moves_by_one(desk):
    first = generation.current()
    assert raise_it() == first + 1 == generation.current()


def test_waits_for_those_who_serve_an_older_set(desk):
    old = generation.register("web", generation.current())
    number = raise_it()
    new = generation.register("web", number)
    left = generation.wait_until_all(number, 0.2)
    assert len(left) == 1
    assert left[0].startswith("web ")
    generation.unregister(old)
    assert generation.wait_until_all(number, 0.2) == []
    generation.unregister(new)


def test_commands_and_the_dead_are_not_waited_for(desk):
    generation.register("command", generation.current())
    dead = generation.register("worker", generation.current())
    number = raise_it()
    assert len(generation.behind(number)) == 1
    stale(desk, dead)
    assert generation.behind(number) == []


def test_a_process_of_this_machine_that_is_gone_is_not_waited_for(desk):
    gone = generation.register("web", generation.current())
    with unit_of_work(write=True) as session:
        session.connection().execute(generation._process.update().where(generation._process.c.id == gone)
                                     .values(pid=2**22 - 1))
    assert generation.behind(raise_it()) == []


def test_the_watcher_tells_when_the_set_is_over(desk):
    told = threading.Event()
    watcher = generation.Watcher(desk.app, "web", generation.current(), lambda _why: told.set())
    watcher.start()
    try:
        assert desk.rows("SELECT kind FROM desk_process") == [("web",)]
        time.sleep(0.6)
        assert not told.is_set()
        raise_it()
        assert told.wait(3)
    finally:
        watcher.stop()
    assert desk.rows("SELECT count(*) FROM desk_process") == [(0,)]


def test_a_watcher_renews_its_lease(desk, monkeypatch):
    monkeypatch.setattr(generation, "RENEW_EVERY", 0.1)
    watcher = generation.Watcher(desk.app, "web", generation.current(), lambda _why: None)
    watcher.start()
    try:
        stale(desk, watcher.process_id)
        time.sleep(1.3)
        [(at,)] = desk.rows("SELECT count(*) FROM desk_process WHERE heartbeat_at > :at",
                            at=str((clock.now() - generation.LEASE / 2).replace(tzinfo=None)))
        assert at == 1
    finally:
        watcher.stop()
