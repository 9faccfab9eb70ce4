"""One action, done wholly and killed again and again."""

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from app.addon_system import hand, journal
from app.addon_system import plan as plans
from app.addon_system.install import prepare_database
from app.db import db, unit_of_work
from benchmarks.addon_crashes.desks import ADDON, Place, State, environment, state
from tests.addon_system.whole import changed

# What is done, to which kept desk.
ACTIONS = {"install": ("install", "without"), "restore": ("install", "archived"),
           "uninstall": ("uninstall", "filled"), "erase": ("erase", "filled")}
POINT, MOMENT = "at a point", "at a moment"


@dataclass
class Outcome:
    """What came of the kills of one action."""

    killed: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)  # that the next start took


class Action:
    """An action on a desk that is made anew each time."""

    def __init__(self, app: Flask, place: Place, name: str) -> None:
        self.app, self.place, self.name, self.found = app, place, name, Outcome()
        self.action, self.begins_with = ACTIONS[name]
        place.begin_with(self.begins_with)
        self.old = state(app)
        self._run(0)
        self.new = state(app)
        self.points, self.first, self.end = json.loads((place.folder / "points.json").read_text()).values()

    def kill_at_point(self, point: int) -> None:
        """Kill it at one of its points, and look at what the next start makes of it."""
        self.place.begin_with(self.begins_with)
        self._look(POINT, f"point {point} of {self.points}", self._run(point))

    def kill_at_moment(self, rng: random.Random) -> None:
        """Kill it some time after its first statement."""
        self.place.begin_with(self.begins_with)
        after = rng.uniform(self.first, self.end)
        self._look(MOMENT, f"{after - self.first:.2f} s after its beginning", self._run(0, after))

    def _run(self, point: int, after: float | None = None) -> int:
        with unit_of_work(write=True) as session:
            key = journal.open_row(session, plans.build(session.connection(), self.app, ADDON, self.action))
        db.engine.dispose()
        command = [sys.executable, "-m", "benchmarks.addon_crashes.dying", str(key), str(point),
                   str(self.place.folder / "points.json")]
        process = subprocess.Popen(command, cwd=hand.ROOT, env=environment(self.app), stdin=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        try:
            return process.wait(after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            return process.wait()

    def _look(self, how: str, where: str, ended: int) -> None:
        if ended != -signal.SIGKILL:
            self.found.outcomes["was over before"] += 1
            return
        self.found.killed[how] += 1
        began = time.monotonic()
        prepare_database(self.app)
        self.found.seconds.append(time.monotonic() - began)
        seen = state(self.app)
        outcome = "old" if _is(seen, self.old) else "new" if _is(seen, self.new) else "neither"
        self.found.outcomes[outcome] += 1
        if outcome == "neither":
            nearest = min((_difference(seen, one) for one in (self.old, self.new)), key=len)
            self.found.faults.append(f"{self.name}, {where}: {nearest[:600]}")
        elif outcome == "old":
            self._again(where)

    def _again(self, where: str) -> None:
        self._run(0)
        seen = state(self.app)
        counts = {name: len(rows) for name, rows in seen.rows.items()}
        if seen.tables != self.new.tables or counts != {name: len(rows) for name, rows in self.new.rows.items()}:
            self.found.faults.append(f"{self.name}, {where}, then done again: {_difference(seen, self.new)[:600]}")


def _is(seen: State, one: State) -> bool:
    return (seen.tables, seen.rows, seen.audit, seen.faults) == (one.tables, one.rows, one.audit, [])


def _difference(seen: State, one: State) -> str:
    tables = {name for name in seen.tables.keys() | one.tables.keys()
              if seen.tables.get(name) != one.tables.get(name)}
    audit = sorted(set(seen.audit) ^ set(one.audit))
    return f"tables {sorted(tables)}, rows {changed(one.rows, seen.rows)}, audit {audit}, {seen.faults}"


def spread(points: int, number: int) -> list[int]:
    """Return so many points that lie evenly among all, never the first."""
    return sorted({max(2, round(points * (place + 0.5) / number)) for place in range(number)})


def folder_of(root: Path, kind: str) -> Path:
    """Return an empty folder of a kind of database."""
    (root / kind).mkdir(parents=True)
    return root / kind
