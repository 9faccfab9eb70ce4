"""The command."""

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg

import benchmarks.crash as package
from benchmarks.crash import report
from benchmarks.crash.kills import Kill
from benchmarks.crash.mails import Postbox
from benchmarks.crash.run import Outcome, run
from benchmarks.incidents.databases import made, postgres, start
from tests.support.live import serving

# A commit that was answered is on its way to the disk, as in an installation.
SAFE = "-c synchronous_commit=on -c fsync=on"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crash", description=package.__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--creates", type=int, default=2000)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--times", type=int, default=5, help="how often each kind of process is killed")
    parser.add_argument("--report", type=Path, help="the page whose section is written")
    given = parser.parse_args()
    outcomes = {}
    for kind in given.databases.split(","):
        outcomes[kind] = _run(kind, given.creates, given.times)
        _tell(kind, outcomes[kind])
    if given.report:
        report.write(given.report, outcomes)
    return 1 if any(found.faults for found in outcomes.values()) else 0


def _run(kind: str, creates: int, times: int) -> Outcome:
    postbox = Postbox()
    postbox.start()
    try:
        with _database(kind, creates) as (url, kill):
            settings = {"LOG_LEVEL": "WARNING", **postbox.settings(), **({"DATABASE_URL": url} if url else {})}
            with serving(settings) as server:
                more = {"worker with a mail": postbox.kill(server), **kill}
                return run(server, url, creates, times, more, postbox=postbox)
    finally:
        postbox.stop()


@contextmanager
def _database(kind: str, creates: int) -> Iterator[tuple[str | None, dict[str, Kill]]]:
    if kind == "sqlite":
        yield None, {}
        return
    with tempfile.TemporaryDirectory(prefix="desk-crash-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with postgres(folder, SAFE) as address:
            yield made(address, creates), {"postgresql": _server(folder, address)}


def _server(folder: Path, address: str) -> Kill:
    def kill() -> bool:
        main_process = psutil.Process(int((folder / "postgresql" / "data" / "postmaster.pid").read_text().split()[0]))
        family = main_process.children()
        main_process.send_signal(signal.SIGKILL)
        psutil.wait_procs([main_process, *family], timeout=30)
        start(folder, SAFE)
        for _ in range(300):
            try:
                psycopg.connect(address).close()
                return True
            except psycopg.OperationalError:
                time.sleep(0.1)
        return False

    return kill


def _tell(kind: str, found: Outcome) -> None:
    killed = ", ".join(f"{name} {count}" for name, count in found.killed.items())
    print(f"{kind}: {found.answered} answered, {found.unanswered} not; {found.present} are there; {found.mails} mails "
          f"taken, {found.mails_twice} of them again under the same Message-ID; killed: {killed}; "
          f"{found.seconds:.0f} s; {len(found.faults)} faults")
    for fault in found.faults[:20]:
        print(f"  {fault}")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error}")
