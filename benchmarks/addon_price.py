"""What an optional addon costs the pages of incidents: a desk without `problem`, with it, using it, and switched off.

    python -m benchmarks.addon_price --size 10000 --databases sqlite,postgresql --report docs/benchmarks.md

It works on copies of the databases of `benchmarks.incidents`, and measures with the same program: the plain page is
asked for in each turn. In use means that each fifth incident of the page, and some 1,000 others, belong to one of 200
problems, and that the agent may read problems.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from benchmarks.incidents import databases
from benchmarks.incidents.report import PRICE, write_section
from tests.support.servers import run_sql, with_database

ROOT = Path(__file__).resolve().parents[1]
ADDON = "problem"
# How a desk gets into each state: commands of run.py, and whether the addon is then filled.
PHASES: dict[str, tuple[list[str], bool]] = {
    "without": ([], False), "installed": (["install"], False), "in use": ([], True),
    "switched off": (["deactivate"], False),
}
PROBLEMS, LINKED = 200, 1000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.addon_price", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=10000, help="number of incidents")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "bench-data")
    parser.add_argument("--rounds", type=int, default=40, help="how often each page is asked for")
    parser.add_argument("--report", type=Path, help="write the table into that page")
    parser.add_argument("--one", choices=["measure", "fill"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        return _one(given)
    rows = [row for kind in given.databases.split(",") for row in _database(given, kind)]
    text = table(rows, given.size)
    print(text)
    if given.report:
        write_section(given.report, PRICE, text)
    return 0


def _database(given: argparse.Namespace, kind: str) -> Iterator[dict[str, Any]]:
    _run(["-m", "benchmarks.incidents", "--make", "--sizes", str(given.size), "--databases", kind,
          "--folder", str(given.folder)], dict(os.environ))
    with (tempfile.TemporaryDirectory() as place,
          nullcontext(None) if kind == "sqlite" else databases.postgres(given.folder) as server):
        folder, more = Path(place) / "desk", {}
        shutil.copytree(given.folder / f"{'sqlite' if server is None else 'files'}-{given.size}", folder)
        if server is not None:
            run_sql(server, "DROP DATABASE IF EXISTS addon_price WITH (FORCE)",
                    f"CREATE DATABASE addon_price TEMPLATE incidents_{given.size}")
            more = {"DATABASE_URL": with_database(server, "addon_price")}
        environment = {**os.environ, "DATA_DIR": str(folder), "SECRET_KEY": "of the benchmark only",
                       "LOG_LEVEL": "ERROR", **more}
        for phase, (actions, is_filled) in PHASES.items():
            for action in actions:
                _run(["run.py", "addon", action, ADDON], environment)
            own = ["-m", "benchmarks.addon_price", "--rounds", str(given.rounds), "--one"]
            if is_filled:
                _run([*own, "fill"], environment)
            for line in _run([*own, "measure"], environment).splitlines():
                yield {"database": kind, "phase": phase, **json.loads(line)}


def _run(command: list[str], environment: dict[str, str]) -> str:
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def _one(given: argparse.Namespace) -> int:
    from app.command_line import prepared_desk
    from benchmarks.incidents import measure

    app = prepared_desk()
    if given.one == "fill":
        with app.app_context():
            fill()
        return 0
    for found in measure.measured(app, given.rounds, "incident"):
        print(json.dumps(found), flush=True)
    return 0


def fill() -> None:
    """Make problems of the incidents that the measured lists begin with, and of others."""
    from sqlalchemy import select

    from addons.incident.models import Incident
    from addons.incident.services import incident_service
    from addons.problem.services import problem_service
    from app.db import session, unit_of_work
    from app.sdk.actor import SYSTEM, acting_as
    from app.security.services import user_service
    from benchmarks.incidents.people import read_groups, read_logins
    from tests.support.people import role_ids

    with unit_of_work(write=True), acting_as(SYSTEM):
        agent = user_service.get_for_update(read_logins()["agent"].user_id)
        held = [role.id for role in agent.roles]
        user_service.update(SYSTEM, agent.id, {"roles": [*held, *role_ids("problem.role_reader")]})
        made = [problem_service.create(SYSTEM, {"title": f"Recurring fault {number}"}).id for number in range(PROBLEMS)]
        newest = select(Incident.id).where(Incident.group_id == read_groups()[0]).order_by(Incident.opened_at.desc())
        for place, key in enumerate(session().execute(newest.limit(5 * LINKED)).scalars().all()[::5]):
            incident_service.link(SYSTEM, key, "caused_by", made[place % PROBLEMS])


def table(rows: list[dict[str, Any]], size: int) -> str:
    """Return the figures as a section of the page of benchmarks."""
    named = dict.fromkeys((row["database"], row["name"], row["who"]) for row in rows if row["kind"] != "plain")
    lines = []
    for database, name, who in named:
        cells = []
        for phase in PHASES:
            found = next(row for row in rows if (row["database"], row["name"], row["who"], row["phase"]) ==
                         (database, name, who, phase))
            plain = next(row for row in rows if row["kind"] == "plain" and
                         (row["database"], row["phase"]) == (database, phase))
            cost = found["cpu"] + found["server"]
            cells.append(f"{cost:.1f} ({cost / (plain['cpu'] + plain['server']):.2f}), {found['statements']}")
        lines.append(f"| {database} | {name} | {who} | {' | '.join(cells)} |")
    head = f"| Database | Page | As | {' | '.join(PHASES)} |\n|---|---|---|{'--:|' * len(PHASES)}"
    return "\n\n".join([PRICE, f"{size:,} incidents, addon `{ADDON}` with its bridge. CPU ms, the database server's "
                               "included (times the plain page), and statements.", f"{head}\n" + "\n".join(lines)])


if __name__ == "__main__":
    sys.exit(main())
