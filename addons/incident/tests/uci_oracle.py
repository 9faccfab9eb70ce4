"""What the incident log says, worked out from the file alone: the csv module, and nothing of the product."""

import csv
import lzma
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

Row = dict[str, str]
ENDING = ("resolved_at", "resolved_by", "closed_code", "closed_at")


def read(path: Path) -> dict[str, list[Row]]:
    """Return each incident's rows."""
    found: dict[str, list[Row]] = {}
    with (lzma.open if path.suffix == ".xz" else open)(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["number"], []).append(row)
    return found


def instant(text: str) -> datetime:
    """Return what "29/2/2016 01:16" means."""
    day, clock = text.split(" ")
    days, months, years = day.split("/")
    hours, minutes = clock.split(":")
    return datetime(int(years), int(months), int(days), int(hours), int(minutes), tzinfo=UTC)


def end_of(day: date) -> datetime:
    """Return the first instant after a day."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


def state_on(rows: list[Row], day: date) -> tuple[str, str | None] | None:
    """Return (state, pending reason) at the end of a day; None where the incident was not open yet."""
    if instant(rows[0]["opened_at"]) >= end_of(day):
        return None
    state: tuple[str, str | None] = ("new", None)
    for row in rows:
        if instant(row["sys_updated_at"]) >= end_of(day):
            break
        raw = row["incident_state"]
        if raw.startswith("Awaiting "):
            word = raw.removeprefix("Awaiting ")
            state = ("pending", {"User Info": "customer", "Vendor": "supplier"}.get(word, word.lower()))
        elif raw == "Active":
            state = ("assigned" if row["assigned_to"] == "?" else "in_progress", None)
        elif raw != "-100":
            state = (raw.lower(), None)
    return state


def states_on(log: dict[str, list[Row]], day: date) -> Counter[tuple[str, str | None]]:
    """Return how many incidents were in which state at the end of a day."""
    return Counter(state for rows in log.values() if (state := state_on(rows, day)) is not None)


def last_values(log: dict[str, list[Row]], column: str) -> Counter[str]:
    """Return how many incidents end with which value of a column."""
    return Counter(rows[-1][column] for rows in log.values())


def months(log: dict[str, list[Row]], column: str) -> Counter[str]:
    """Return how many incidents fall into which month by a time column; "?" where there is none."""
    return Counter(
        "?" if rows[-1][column] == "?" else instant(rows[-1][column]).strftime("%Y-%m") for rows in log.values()
    )


def known_on(log: dict[str, list[Row]], day: date) -> dict[str, list[Row]]:
    """Return the incidents with the rows that were there at the end of a day."""
    found = {}
    for number, rows in log.items():
        seen = [row for row in rows if instant(row["sys_updated_at"]) < end_of(day)]
        if seen:
            found[number] = seen
    return found
