"""The command: makes what is missing, measures each database in a process of its own, prints and writes the tables."""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import benchmarks.incidents as package
from benchmarks.incidents import databases

ROOT = Path(__file__).resolve().parents[2]


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.incidents", description=package.__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000", help="numbers of incidents, with commas")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "bench-data",
                        help="where the databases are kept and looked for")
    parser.add_argument("--rounds", type=int, default=40, help="how often each page is asked for")
    parser.add_argument("--only", default="", help="the pages whose names have this in them")
    parser.add_argument("--make", action="store_true", help="only make the databases")
    parser.add_argument("--report", type=Path, help="write the tables there, as Markdown")
    parser.add_argument("--one", nargs=2, metavar=("SIZE", "URL"), help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    given = arguments()
    if given.one:
        return _one(given, int(given.one[0]), given.one[1])
    from benchmarks.incidents import report

    results = []
    for kind in given.databases.split(","):
        with nullcontext(None) if kind == "sqlite" else databases.postgres(given.folder) as server:
            for size in map(int, given.sizes.split(",")):
                results += _apart(given, kind, size, databases.made(server, size) if server else "sqlite")
    if not given.make:
        text = report.tables(results)
        print(text)
        if given.report:
            report.write(given.report, text)
    return 0


def _apart(given: argparse.Namespace, kind: str, size: int, url: str) -> Iterator[dict[str, Any]]:
    # A process each: nothing is warm from the database before, and its processor time is its own.
    command = [sys.executable, "-m", "benchmarks.incidents", "--one", str(size), url, "--folder", str(given.folder),
               "--rounds", str(given.rounds), "--only", given.only, *(["--make"] if given.make else [])]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    for line in done.stdout.splitlines():
        yield {"database": kind, "size": size, **json.loads(line)}


def _one(given: argparse.Namespace, size: int, url: str) -> int:
    is_sqlite = url == "sqlite"
    databases.use(given.folder / f"{'sqlite' if is_sqlite else 'files'}-{size}", None if is_sqlite else url)
    from app.command_line import prepared_desk
    from benchmarks.incidents import fill, measure

    app = prepared_desk()
    with app.app_context():
        fill.unless_filled(size)
    if not given.make:
        for found in measure.measured(app, given.rounds, given.only):
            print(json.dumps(found), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
