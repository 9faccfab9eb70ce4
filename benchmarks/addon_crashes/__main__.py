"""The command."""

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import benchmarks.addon_crashes as package
from benchmarks.addon_crashes.desks import Place, desk, make_states
from benchmarks.addon_crashes.killing import ACTIONS, MOMENT, POINT, Action, Outcome, folder_of, spread
from benchmarks.incidents.databases import postgres
from benchmarks.incidents.report import ADDON_CRASHES, write_section

TOLD = """
`python -m benchmarks.addon_crashes` fills the addon `problem` and its bridge, and kills the process that works on them
by SIGKILL: at points that lie evenly over its statements, commits and files, and at random moments. The next start then
makes the desk old or new, whole: tables, rows, rights, audit, archives and attachments are compared with both. Where it
is as it was, the action is done once more. One that is over before its moment has come is not counted.
"""
HEAD = ("| Database | Action | Points it has | Killed at points | Killed at moments | Old | New | Neither | Next start "
        "(median s) | Faults |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|")
# Beside the others' servers.
SMALL = "-c shared_buffers=96MB -c max_wal_size=1GB"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.addon_crashes", description=package.__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=10, help="kills of each action at points")
    parser.add_argument("--moments", type=int, default=10, help="kills of each action at random moments")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--actions", default=",".join(ACTIONS))
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--report", type=Path, help="the page whose section is written")
    given = parser.parse_args()
    lines, faults = [], list[str]()
    for kind in given.databases.split(","):
        with _place(kind) as place, desk(place) as app:
            make_states(app, place)
            for name in given.actions.split(","):
                action = Action(app, place, name)
                _kill(action, given.points, given.moments, random.Random(f"{given.seed} {kind} {name}"))
                lines.append(_line(kind, action.points, name, action.found))
                faults += action.found.faults
                print(lines[-1], *action.found.faults, sep="\n  ", flush=True)
    if given.report:
        write_section(given.report, ADDON_CRASHES, "\n".join((ADDON_CRASHES, TOLD, HEAD, *lines)))
    return 1 if faults else 0


@contextmanager
def _place(kind: str) -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="desk-addon-crashes-") as name:
        folder = folder_of(Path(name), kind)
        Path(name).chmod(0o755)
        with postgres(folder, SMALL) if kind == "postgresql" else nullcontext() as server:
            place = Place(folder, server)
            place.make_empty()
            yield place


def _kill(action: Action, points: int, moments: int, rng: random.Random) -> None:
    for point in spread(action.points, points) if points else ():
        action.kill_at_point(point)
    for _number in range(moments):
        action.kill_at_moment(rng)


def _line(kind: str, points: int, name: str, found: Outcome) -> str:
    start = sorted(found.seconds)[len(found.seconds) // 2] if found.seconds else 0.0
    cells = (kind, name, points, found.killed[POINT], found.killed[MOMENT], found.outcomes["old"],
             found.outcomes["new"], found.outcomes["neither"], f"{start:.1f}", len(found.faults))
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    sys.exit(main())
