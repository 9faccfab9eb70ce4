"""One run: a desk of its own, a load, kills, and what came of it."""

import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, create_engine, text

from benchmarks.crash import kills, mails, whole
from benchmarks.crash.load import Load
from tests.support.live import ROOT, LiveServer
from tests.support.visitor import Visitor

# Seconds. What a worker held that died comes back when its lease is over: the job's time, and half a minute.
SETTLED = 900


@dataclass
class Outcome:
    """What a run did and found."""

    answered: int = 0
    unanswered: int = 0
    present: int = 0
    mails: int = 0
    mails_twice: int = 0
    killed: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0


def engine_of(server: LiveServer, database: str | None) -> Engine:
    """Return an engine on the desk's database."""
    return create_engine(database.replace("postgresql://", "postgresql+psycopg://") if database
                         else f"sqlite:///{server.folder / 'desk.sqlite3'}", pool_pre_ping=True)


def holder_of(server: LiveServer, database: str | None, engine: Engine) -> tuple[dict[str, object], int]:
    """Make somebody who can log in; return (values of an incident that is given to them, their user's id)."""
    _command(server, database, "user", "create", "holder", "--group", "service_desk", "--role", "incident.role_agent",
             "--email", mails.HOLDER, "--password", "Of-the-tests-only-1")
    keeper = Visitor(server.url)
    keeper.log_in("admin", server.password)
    caller = keeper.rest("POST", "/person/", {"name": "Caller", "email": mails.CALLER}).json()["id"]
    with engine.connect() as connection:
        row = connection.execute(text(
            "SELECT person.user_id, person.id, group_member.group_id FROM person JOIN ab_user ON ab_user.id = user_id "
            "JOIN group_member ON person_id = person.id WHERE username = 'holder'")).one()
    return {"kind": "incident", "caller_id": caller, "group_id": row[2], "assignee_id": row[1]}, int(row[0])


def _command(server: LiveServer, database: str | None, *words: str) -> int:
    environment = {**os.environ, "DATA_DIR": str(server.folder), **({"DATABASE_URL": database} if database else {})}
    return subprocess.run([sys.executable, ROOT / "run.py", *words], cwd=ROOT, env=environment,
                          stdout=subprocess.DEVNULL, check=False).returncode


def run(server: LiveServer, database: str | None, creates: int, times: int, more: dict[str, kills.Kill] | None = None,
        *, postbox: mails.Postbox | None = None, is_verified: bool = True) -> Outcome:
    """Log so many incidents while each kind of process is killed so many times; return what came of it."""
    engine, rng, began = engine_of(server, database), random.Random(7), time.monotonic()
    values, holder = holder_of(server, database, engine)
    wanted = {**{kind: kills.one_of(server, engine, kind, rng) for kind in ("web", "worker")},
              "valkey": kills.valkey(server), **(more or {})}
    load = Load(server, values, creates)
    with load:
        killed = kills.spread(wanted, load.told.number, creates, times)
    found = Outcome(len(load.told.answered), len(load.told.unanswered), killed=killed)
    with engine.connect() as connection:
        _settle(connection)
        present = whole.present(connection)
        found.present, found.faults = len(present), whole.faults(connection, load.told, holder)
        if postbox is not None:
            found.mails, found.mails_twice = len(postbox.messages), mails.doubled(postbox.messages)
            found.faults += mails.faults(connection, present, postbox.messages)
    if is_verified and _command(server, database, "verify", "tickets") != 0:
        found.faults.append("run.py verify tickets found differences")
    found.seconds = time.monotonic() - began
    engine.dispose()
    return found


def _settle(connection: Connection) -> None:
    end = time.monotonic() + SETTLED
    while whole.waiting(connection) and time.monotonic() < end:
        connection.rollback()
        time.sleep(0.2)
    connection.rollback()
