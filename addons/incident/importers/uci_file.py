"""The incident log of the UCI Machine Learning Repository (no. 498): one row an update of an incident, in order.

Rows are read one by one; a broken one is noted with its line number and left out.
"""

import bz2
import csv
import gzip
import lzma
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, TextIO

from app.sdk.errors import BusinessError
from app.sdk.i18n import _

COLUMNS = (
    "number", "incident_state", "active", "reassignment_count", "reopen_count", "sys_mod_count", "made_sla",
    "caller_id", "opened_by", "opened_at", "sys_created_by", "sys_created_at", "sys_updated_by", "sys_updated_at",
    "contact_type", "location", "category", "subcategory", "u_symptom", "cmdb_ci", "impact", "urgency", "priority",
    "assignment_group", "assigned_to", "knowledge", "u_priority_confirmation", "notify", "problem_id", "rfc",
    "vendor", "caused_by", "closed_code", "resolved_by", "resolved_at", "closed_at",
)
UNKNOWN = "?"
STATES = {"New", "Active", "Awaiting User Info", "Awaiting Vendor", "Awaiting Problem", "Awaiting Evidence",
          "Resolved", "Closed", "-100"}
LEVELS = {
    "impact": {"1 - High": "high", "2 - Medium": "medium", "3 - Low": "low"},
    "urgency": {"1 - High": "high", "2 - Medium": "medium", "3 - Low": "low"},
    "priority": {"1 - Critical": "critical", "2 - High": "high", "3 - Moderate": "medium", "4 - Low": "low"},
}
Check = Callable[[int, list[str], list[str]], bool]
OPENERS: dict[str, Callable[..., Any]] = {".xz": lzma.open, ".gz": gzip.open, ".bz2": bz2.open}


@dataclass(frozen=True, slots=True)
class Event:
    """One row: its line in the file, its cells by column name, and when it happened."""

    line: int
    cells: dict[str, str]
    at: datetime

    def get(self, name: str) -> str | None:
        """Return a cell, or None where it is unknown."""
        value = self.cells[name]
        return None if value == UNKNOWN or not value else value

    def moment(self, name: str) -> datetime | None:
        """Return the instant in a cell, or None where it is unknown."""
        value = self.get(name)
        return moment(value) if value else None


@dataclass(frozen=True, slots=True)
class Problem:
    """A row or an incident that could not come in."""

    line: int
    text: str


@dataclass
class LogFile:
    """The log, read as often as needed. Reading gives one incident after the other, each with its events in order."""

    path: Path
    problems: list[Problem] = field(default_factory=list)
    _scattered: set[str] = field(default_factory=set)

    def survey(self) -> Iterator[list[Event]]:
        """Read the file for the first time: note its broken rows, and the incidents whose rows stand apart."""
        seen: set[str] = set()
        for events in self._runs(self._checked):
            number = events[0].cells["number"]
            if number in seen:
                self._scattered.add(number)
            seen.add(number)
            yield events

    def incidents(self) -> Iterator[list[Event]]:
        """Read the file again: each incident once, with all of its events, none out of order."""
        apart: dict[str, list[Event]] = {}
        broken = {problem.line for problem in self.problems}
        for events in self._runs(lambda line, _header, _row: line not in broken):
            number = events[0].cells["number"]
            if number in self._scattered:
                apart.setdefault(number, []).extend(events)
            else:
                yield in_order(events)
        yield from map(in_order, apart.values())

    def _checked(self, line: int, header: list[str], row: list[str]) -> bool:
        wrong = _fault(header, row)
        if wrong:
            self.problems.append(Problem(line, wrong))
        return wrong is None

    def _runs(self, is_sound: Check) -> Iterator[list[Event]]:
        run: list[Event] = []
        for event in self._events(is_sound):
            if run and run[0].cells["number"] != event.cells["number"]:
                yield run
                run = []
            run.append(event)
        if run:
            yield run

    def _events(self, is_sound: Check) -> Iterator[Event]:
        with self._open() as file:
            reader = csv.reader(file, strict=True)
            header = _header(reader)
            while True:
                try:
                    row = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    if is_sound == self._checked:
                        self.problems.append(Problem(reader.line_num, str(error)))
                    continue
                if not row or not is_sound(reader.line_num, header, row):
                    continue
                cells = dict(zip(header, row, strict=True))
                yield Event(reader.line_num, cells, moment(cells["sys_updated_at"]))

    def _open(self) -> TextIO:
        opener = OPENERS.get(self.path.suffix, open)
        return opener(self.path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="")  # type: ignore[no-any-return]


def _header(reader: Any) -> list[str]:
    try:
        header: list[str] = next(reader, [])
    except (csv.Error, lzma.LZMAError, OSError) as error:
        raise BusinessError(_("This file cannot be read: %(error)s", error=str(error))) from error
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise BusinessError(_("This is not the incident log: the columns %(names)s are missing.",
                              names=", ".join(missing)))
    return header


def _fault(header: list[str], row: list[str]) -> str | None:
    if len(row) != len(header):
        return _("%(count)s cells where %(expected)s are expected", count=len(row), expected=len(header))
    try:
        "".join(row).encode()
    except UnicodeEncodeError:
        return _("text that is not UTF-8")
    cells = dict(zip(header, row, strict=True))
    if cells["number"] in {"", UNKNOWN}:
        return _("no incident number")
    for name in ("opened_at", "sys_updated_at", "sys_created_at", "resolved_at", "closed_at"):
        if not _is_moment(cells[name], is_required=name in {"opened_at", "sys_updated_at"}):
            return _("“%(value)s” in %(column)s is not a time", value=cells[name], column=name)
    for name in ("reassignment_count", "reopen_count", "sys_mod_count"):
        if not (cells[name].isascii() and cells[name].isdigit()):
            return _("“%(value)s” in %(column)s is not a number", value=cells[name], column=name)
    for name, known in (("incident_state", STATES), *LEVELS.items()):
        if cells[name] not in known:
            return _("“%(value)s” in %(column)s is not known", value=cells[name], column=name)
    return None


def _is_moment(value: str, *, is_required: bool) -> bool:
    if value in {"", UNKNOWN}:
        return not is_required
    try:
        moment(value)
    except ValueError:
        return False
    return True


_moments: dict[str, datetime] = {}


def moment(text: str) -> datetime:
    """Return the instant that "29/2/2016 01:16" means, in UTC. Raises ValueError."""
    found = _moments.get(text)
    if found is None:
        if len(_moments) > 200_000:
            _moments.clear()
        found = _moments[text] = datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)
    return found


def in_order(events: list[Event]) -> list[Event]:
    """Return the events with times that never go back.

    The order of the rows is trusted. Where times contradict it, the fewest possible rows are taken for mistaken, and
    each of these gets the time of the row before it (the first one: of the row after it).
    """
    times = [event.at for event in events]
    if all(earlier <= later for earlier, later in pairwise(times)):
        return events
    kept = _longest_rise(times)
    mended, last = [], times[min(kept)]
    for index, event in enumerate(events):
        last = event.at if index in kept else last
        mended.append(Event(event.line, event.cells, last))
    return mended


def _longest_rise(times: list[datetime]) -> set[int]:
    ends: list[datetime] = []  # the smallest last time of a rise of each length
    last: list[int] = []  # and the row that it is
    before: dict[int, int | None] = {}
    for index, time in enumerate(times):
        place = bisect_right(ends, time)
        before[index] = last[place - 1] if place else None
        ends[place:place + 1], last[place:place + 1] = [time], [index]
    chosen: set[int] = set()
    step: int | None = last[-1]
    while step is not None:
        chosen.add(step)
        step = before[step]
    return chosen
