"""Asking for each page many times, in turns, with the plain page in each turn: time, processor, statements."""

import gc
import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, create_engine, event, text

from app.db import db
from benchmarks.incidents.plain import plain_app
from benchmarks.incidents.scenarios import Desk, Scenario
from tests.support.statements import CONTROL

WARM = 4


class Backends:
    """The processor time of the server's processes that serve us; nothing on SQLite, which works in this process."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.is_apart = engine, engine.dialect.name == "postgresql"
        self.ticks = os.sysconf("SC_CLK_TCK")

    def seconds(self) -> float:
        """Return what they have used so far."""
        with self.engine.connect() as connection:
            pids = connection.execute(text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()"))
            return sum(_used(pid) for pid in pids.scalars()) / self.ticks

    def of(self, one: Scenario, times: int) -> float:
        """Return the milliseconds of the server's processor a request."""
        if not self.is_apart or one.kind == "write":
            return 0.0
        before = self.seconds()
        for _ in range(times):
            one.ask()
        return (self.seconds() - before) * 1000 / times


def _used(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def measured(app: Flask, rounds: int, only: str, warm: int = WARM) -> Iterator[dict[str, Any]]:
    """Yield a row of figures for each request: milliseconds of wall clock and processor, and statements.

    Not within the application's context: each request is to have one of its own.
    """
    with app.app_context():
        engine = db.engine
    desk, backends = Desk(app), Backends(engine)
    apart = create_engine(engine.url)
    plain = plain_app(apart, desk.groups[0]).test_client()
    wanted = [one for one in desk.scenarios() if only in one.name or (one.kind == "write" and not only)]
    everything = [Scenario("plain page, 25 rows", "", "plain", lambda: plain.get("/")), *wanted]
    taken: list[list[tuple[float, float]]] = [[] for _ in everything]
    for turn in range(warm + rounds):
        gc.collect()
        for one, figures_of in zip(everything, taken, strict=True):
            found = timed(one)
            if turn >= warm:
                figures_of.append(found)
    rows = [{"name": one.name, "who": one.who, "kind": one.kind, **figures(figures_of), **looked_at(engine, one),
             "server": backends.of(one, min(rounds, 20))}
            for one, figures_of in zip(everything, taken, strict=True)]
    apart.dispose()  # nobody else may find the file open once this is over
    yield from rows


def timed(one: Scenario) -> tuple[float, float]:
    """Ask once; return (milliseconds passed, milliseconds of this process)."""
    wall, cpu = time.perf_counter(), time.process_time()
    answer = one.ask()
    found = ((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000)
    if answer.status_code != one.wanted:
        raise RuntimeError(f"{one.name} ({one.who}): {answer.status_code}\n{answer.text[:2000]}")
    return found


def figures(taken: list[tuple[float, float]]) -> dict[str, float]:
    """Return median and 95th percentile of the wall clock, and of the processor's time."""
    wall, cpu = (sorted(column) for column in zip(*taken, strict=True))
    return {"median": statistics.median(wall), "p95": _p95(wall), "cpu": statistics.median(cpu), "cpu_p95": _p95(cpu)}


def _p95(ordered: list[float]) -> float:
    return ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]


def looked_at(engine: Engine, one: Scenario) -> dict[str, Any]:
    """Return how many statements a request sends, how many rows its list shows and how large its answer is."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(CONTROL):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        answer = one.ask()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    rows = answer.text.count("<tr>") - 1 if one.kind == "plain" else answer.text.count(' data-row="')
    return {"statements": len(seen), "rows": rows, "bytes": len(answer.data)}
