"""Looking at every incident that was asked for: whole and once, or not there at all."""

from collections import Counter
from typing import Any

from sqlalchemy import Connection, text

from benchmarks.crash.load import Told

# What the creation of one incident writes, each counted by record.
PARTS = {
    "incident": "SELECT id FROM incident",
    "audit of the creation": "SELECT record_id FROM audit_entry WHERE record_type = 'incident' AND action = 'create'",
    "open interval": "SELECT record_id FROM record_interval WHERE record_type = 'incident' AND ended_at IS NULL",
    "search entry": "SELECT record_id FROM search_entry WHERE record_type = 'incident'",
    "step": "SELECT record_id FROM timeline_entry WHERE record_type = 'incident' AND kind = 'transition'",
    # One that was told twice would be one line with a 2.
    "notice": "SELECT record_id FROM notice WHERE record_type = 'incident' AND user_id = :holder AND number = 1",
}


def present(connection: Connection) -> dict[int, str]:
    """Return {id: title} of the incidents that are there."""
    rows = connection.execute(text("SELECT id, title FROM ticket WHERE title LIKE 'crash %'"))
    return {row.id: row.title for row in rows}


def faults(connection: Connection, told: Told, holder: int) -> list[str]:
    """Return what is wrong; empty where all is as it should be. `holder` is the user whom each incident is given to."""
    found = [f"refused: {one}" for one in told.refused]
    rows = connection.execute(text("SELECT id, number, title FROM ticket WHERE title LIKE 'crash %'")).all()
    by_title, numbers = Counter(row.title for row in rows), Counter(row.number for row in rows)
    found += [f"{title} is there {count} times" for title, count in by_title.items() if count > 1]
    found += [f"number {one} was given {count} times" for one, count in numbers.items() if count > 1 or not one]
    ids = {row.title: row.id for row in rows}
    found += [f"{title} was answered and is not there" for title, key in told.answered.items() if ids.get(title) != key]
    asked = {*told.answered, *told.unanswered}
    found += [f"{title} was never asked for" for title in ids.keys() - asked]
    return found + _parts(connection, {row.id: row.title for row in rows}, holder)


def _parts(connection: Connection, there: dict[int, str], holder: int) -> list[str]:
    found = []
    for name, statement in PARTS.items():
        given: dict[str, Any] = {"holder": holder} if ":holder" in statement else {}
        counts = Counter(connection.execute(text(statement), given).scalars())
        found += [f"{title}: {counts[key]} times {name}" for key, title in there.items() if counts[key] != 1]
        found += [f"{name} of a record that is not there: {key}" for key in counts.keys() - there.keys()]
    return found


def waiting(connection: Connection) -> int:
    """Return how many mails still wait to be handed over."""
    return int(connection.execute(text("SELECT count(*) FROM mail WHERE state = 'waiting'")).scalar_one())
