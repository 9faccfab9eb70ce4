"""The command."""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import benchmarks.switching as package
from benchmarks.crash.run import engine_of, holder_of
from benchmarks.incidents.databases import made, postgres
from benchmarks.incidents.report import SWITCHES, write_section
from benchmarks.switching import checks
from benchmarks.switching.administrator import CYCLE, PATIENCE, Administrator, Switch
from benchmarks.switching.clients import Clients, Told
from tests.support.live import serving

ADDON = "problem"
TOLD = """
`python -m benchmarks.switching` lets an administrator install, deactivate, activate and uninstall the addon `problem`
with its bridge, in turns, while clients work without pause by pages and REST on incidents and problems, read lists,
fragments and hints, and export. The desk has two web processes and a job worker. Seconds count from the click until
every process serves the new set, and until all is done (tables made or archived too).
"""
HEAD = ("| Database | Switches | Clients | Requests | of them 404, while it was off | 500 and above, refused or broken "
        "| Slowest request, s | Served after: min | median | max | Done after: min | median | max | Saved | Told "
        "| Faults |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
SMALL = "-c shared_buffers=128MB -c max_wal_size=1GB"


@dataclass(frozen=True)
class Outcome:
    """What a run found."""

    switches: list[Switch]
    told: Told
    faults: list[str]
    clients: int


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.switching", description=package.__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--switches", type=int, default=20)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--report", type=Path, help="the page whose section is written")
    given = parser.parse_args()
    lines, failed = [], False
    for kind in given.databases.split(","):
        found = _run(kind, given.switches, given.clients)
        lines.append(_line(kind, found))
        failed = failed or bool(found.faults or found.told.failed)
        print(lines[-1], dict(found.told.done), *found.switches, *found.told.failed[:20], *found.faults[:20],
              sep="\n  ", flush=True)
    if given.report:
        write_section(given.report, SWITCHES, "\n".join((SWITCHES, TOLD, HEAD, *lines)))
    return 1 if failed else 0


def _run(kind: str, switches: int, clients: int) -> Outcome:
    # What takes long on a busy machine is told as a time, not as a refusal.
    settings = {"LOG_LEVEL": "WARNING", "ADDON_WAIT": str(int(PATIENCE))}
    with _database(kind) as url, serving({**settings, **({"DATABASE_URL": url} if url else {})}) as server:
        engine = engine_of(server, url)
        values, holder = holder_of(server, url, engine)
        administrator = Administrator(server, engine, ADDON)
        with Clients(server, clients, values) as at_work:
            found = [administrator.do(action) for action in islice(cycle(CYCLE), switches)]
        told = at_work.told
        if switches % len(CYCLE) in (0, 2):
            # What it holds is looked at while it is there, and what waits for it is done.
            administrator.do("install" if switches % len(CYCLE) == 0 else "activate")
        left = checks.settle(engine)
        with engine.connect() as connection:
            faults = checks.faults(connection, told, holder, left)
        faults += [line for line in server.log().splitlines() if "Traceback" in line]
        engine.dispose()
    return Outcome(found, told, faults, clients)


@contextmanager
def _database(kind: str) -> Iterator[str | None]:
    if kind == "sqlite":
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="desk-switching-") as name:
        Path(name).chmod(0o755)
        with postgres(Path(name), SMALL) as address:
            yield made(address, 0)


def _line(kind: str, found: Outcome) -> str:
    told = found.told
    spans = [figure for times in ([one.served for one in found.switches], [one.done for one in found.switches])
             for figure in (min(times), statistics.median(times), max(times))]
    cells = (kind, len(found.switches), found.clients, sum(told.done.values()), sum(told.refused.values()),
             len(told.failed), f"{max(told.seconds):.1f}", *(f"{one:.1f}" for one in spans),
             len(told.incidents) + len(told.problems), sum(bool(one) for one in told.published.values()),
             len(found.faults))
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    sys.exit(main())
