"""Killing the processes of a running desk: at once and without a word, as a machine does it."""

import os
import random
import signal
import time
from collections.abc import Callable

import psutil
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from tests.support.live import LiveServer

Kill = Callable[[], bool]
# Seconds until a process that is to be killed is there again; on a busy machine that takes its time.
PATIENCE = 60


def one_of(server: LiveServer, engine: Engine, kind: str, rng: random.Random) -> Kill:
    """Return what kills one of the registered processes of a kind: web, worker or scheduler."""
    def kill() -> bool:
        try:
            with engine.connect() as connection:
                found = connection.execute(text("SELECT pid FROM desk_process WHERE kind = :kind"), {"kind": kind})
                living = sorted(family(server).keys() & set(found.scalars()))
        except DBAPIError:
            return False
        return bool(living) and end(rng.choice(living))

    return kill


def family(server: LiveServer) -> dict[int, psutil.Process]:
    """Return the processes of a desk by their ids, and nobody else's."""
    return {one.pid: one for one in psutil.Process(server.process.pid).children(recursive=True)}


def valkey(server: LiveServer) -> Kill:
    """Return what kills the local Valkey."""
    def kill() -> bool:
        for pid, process in family(server).items():
            try:
                if "valkey" in process.name() or "redis" in process.name():
                    return end(pid)
            except psutil.NoSuchProcess:
                continue
        return False

    return kill


def end(pid: int) -> bool:
    """Kill a process; say whether it was there. 0 is none."""
    try:
        if pid:
            os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return bool(pid)


def spread(kills: dict[str, Kill], done: Callable[[], int], creates: int, times: int) -> dict[str, int]:
    """Kill each kind so many times, in turns, evenly over the creates; return how often each was killed."""
    found = dict.fromkeys(kills, 0)
    names = list(kills) * times
    for number, name in enumerate(names, 1):
        end_at = time.monotonic() + 300
        while done() < creates * number // (len(names) + 1) and time.monotonic() < end_at:
            time.sleep(0.01)
        end_at = time.monotonic() + PATIENCE
        while not (is_dead := kills[name]()) and time.monotonic() < end_at:
            time.sleep(0.1)
        found[name] += is_dead
    return found
