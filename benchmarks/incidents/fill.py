"""Filling an empty, prepared database with incidents: the same ones each time, up to now."""

import random
import sys
import time
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text, update

from app.db import db, past_audit, session, unit_of_work
from app.jobs.housekeeping import refresh_statistics
from app.records.numbering import NumberSequence
from app.sdk.actor import SYSTEM, acting_as
from benchmarks.incidents import people as cast
from benchmarks.incidents.bulk import loading, write
from benchmarks.incidents.course import Courses, opened, today
from benchmarks.incidents.rows import MODELS, Writer

BATCH = 4000
SEED = 20


def fill(count: int, groups: int = cast.GROUPS) -> None:
    """Fill the database of the running application."""
    began, rng, until = time.monotonic(), random.Random(SEED), today()
    with unit_of_work(write=True), acting_as(SYSTEM):
        people = cast.make(rng, max(200, count // 20), groups)
    with unit_of_work(), acting_as(SYSTEM):
        writer = Writer(people, session().get_bind().dialect, rng)
    url = db.engine.url.render_as_string(hide_password=False)
    with db.engine.connect() as connection:
        first = int(connection.execute(text("SELECT coalesce(max(id), 0) FROM ticket")).scalar_one())
    db.engine.dispose()
    with loading(url, [model.__tablename__ for model in MODELS]) as connection:
        for number in _incidents(count, until, writer, first):
            if number % BATCH == 0 or number == count:
                write(connection, writer.tables, writer.taken())
                _tell(number, count, began)
    _go_on(writer, first + count)
    print(f"{count:,} incidents in {time.monotonic() - began:.0f} s", file=sys.stderr)


def _incidents(count: int, until: datetime, writer: Writer, first: int) -> Any:
    rng, people = writer.rng, writer.people
    courses = Courses(rng, people.members, people.chances(), until)
    callers, largest = _callers(rng, people.callers), next(iter(people.members))
    # Five of the last are the customer's, wait in the largest group and were written about a lot.
    own = {count - 10 * number - 3 for number in range(1, 6)}
    customer = people.logins["customer"].person_id
    for number, at in enumerate(opened(count, until, rng), 1):
        caller = next(callers)
        if number in own:
            at, caller = min(at, until - timedelta(hours=9)), (customer, *caller[1:])
        writer.incident(first + number, at, courses.make(at, number, largest if number in own else None), caller)
        yield number


def _callers(rng: random.Random, found: list[tuple[int, int, int]]) -> Any:
    # Some call every week, most once a year.
    while True:
        yield found[int(len(found) * rng.random() ** 2)]


def _go_on(writer: Writer, last: int) -> None:
    with unit_of_work(write=True) as unit, past_audit("numbers and ids go on where the benchmark ended"):
        table = NumberSequence.__table__
        for kind, value in writer.numbers.items():
            unit.connection().execute(
                update(table).where(table.c.code == f"incident.{kind}").values(next_value=value + 1))
        if unit.get_bind().dialect.name == "postgresql":
            unit.execute(text("SELECT setval(pg_get_serial_sequence('ticket', 'id'), :last)"), {"last": last})
    refresh_statistics()  # as each night does
    db.engine.dispose()


def _tell(number: int, count: int, began: float) -> None:
    if number % (25 * BATCH) == 0:
        print(f"  {number:,} of {count:,} after {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def unless_filled(count: int) -> None:
    """Fill the database where there are no incidents yet."""
    with db.engine.connect() as connection:
        is_there = connection.execute(text("SELECT 1 FROM ticket LIMIT 1")).first() is not None
    if not is_there:
        fill(count)
