"""What must be there afterwards of all that was answered, once."""

import time
from collections import Counter
from typing import Any

from sqlalchemy import Connection, Engine, text

from benchmarks.switching.clients import Told

# Seconds in which what waits for its turn is done.
SETTLED = 300.0
# Of each incident, once: what its creation tells.
PARTS = {
    "audit of the creation": "SELECT record_id FROM audit_entry WHERE record_type = 'incident' AND action = 'create'",
    "search entry": "SELECT record_id FROM search_entry WHERE record_type = 'incident'",
    "interval": "SELECT record_id FROM record_interval WHERE record_type = 'incident' AND ended_at IS NULL",
}
NOTICE = ("SELECT record_id FROM notice WHERE record_type = 'incident' AND user_id = :holder AND number = 1 "
          "AND kind = 'ticket.assigned'")
TELLING = "SELECT problem_id, incident_id FROM incident_problem_telling"
NOTES = "SELECT record_id, body FROM timeline_entry WHERE record_type = 'incident' AND kind = 'note'"


def settle(engine: Engine) -> dict[str, int]:
    """Wait until every message of an addon that is there is done; return how many are left, by their states."""
    end = time.monotonic() + SETTLED
    while True:
        with engine.connect() as connection:
            # What is due at some later time (a purge at night) does not count.
            found = dict(connection.execute(text(
                "SELECT state, count(*) FROM outbox_message WHERE state <> 'done' AND name NOT LIKE 'platform.%' "
                "GROUP BY state")).all())
        # What was parked while an addon was off is let go by a worker some time after it is on again.
        if not found.keys() & {"waiting", "handed", "running", "parked"} or time.monotonic() > end:
            return {str(state): int(number) for state, number in found.items()}
        time.sleep(0.5)


def faults(connection: Connection, told: Told, holder: int | None, left: dict[str, int]) -> list[str]:
    """Return what is lost or there twice; `holder` is the user to whom incidents by REST are given."""
    rows = connection.execute(text("SELECT id, type, number, title FROM ticket WHERE title LIKE 'Switched %'")).all()
    there = {(row.type, row.title): row.id for row in rows}
    found = [f"messages that are not done: {left}"] if left else []
    found += [f"number {number} was given {count} times"
              for number, count in Counter(row.number for row in rows).items() if count > 1]
    for kind, answered in (("incident", told.incidents), ("problem", told.problems)):
        found += [f"{title} was answered and is not there" for title, key in answered.items()
                  if (kind, title) not in there or key not in (0, there[kind, title])]
    incidents = {row.id: row.title for row in rows if row.type == "incident"}
    for name, statement in PARTS.items():
        found += _each_once(connection, name, statement, {}, incidents)
    if holder is not None:
        given = {key: title for title, key in told.incidents.items() if key}
        found += _each_once(connection, "notice", NOTICE, {"holder": holder}, given)
    return found + _tellings(connection, told)


def _each_once(connection: Connection, name: str, statement: str, given: dict[str, Any],
               wanted: dict[int, str]) -> list[str]:
    counts = Counter(connection.execute(text(statement), given).scalars())
    return [f"{title}: {counts[key]} times {name}" for key, title in wanted.items() if counts[key] != 1]


def _tellings(connection: Connection, told: Told) -> list[str]:
    pairs = Counter((row[0], row[1]) for row in connection.execute(text(TELLING)))
    notes = Counter(connection.execute(text(NOTES)).all())
    found = []
    for problem, incident in told.published.items():
        said = sum(count for (key, body), count in notes.items()
                   if key == incident and body.removesuffix("</p>").endswith(f"Restart {problem}"))
        if incident and (pairs[problem, incident] != 1 or said != 1):
            found.append(f"incident {incident} was told the workaround of {problem} {said} times")
    return found
