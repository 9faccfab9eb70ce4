"""The figures, as the section of the page of benchmarks that is theirs."""

from datetime import UTC, datetime
from pathlib import Path

from benchmarks.crash.run import Outcome
from benchmarks.incidents.report import CRASHES, write_section

HEAD = ("| Database | Answered | Not answered | There | Killed by SIGKILL | Mails taken | of them a second time, under "
        "the same Message-ID | Seconds | Faults |\n|---|--:|--:|--:|---|--:|--:|--:|--:|")


def write(path: Path, outcomes: dict[str, Outcome]) -> None:
    """Put the section on the page, in the place of the one that is there."""
    told = (f"Measured on {datetime.now(UTC):%d %B %Y}. Each incident tells its holder once on the desk, and both "
            "holder and caller by one mail.")
    lines = "\n".join(_line(database, found) for database, found in outcomes.items())
    write_section(path, CRASHES, f"{CRASHES}\n\n{told}\n\n{HEAD}\n{lines}")


def _line(database: str, found: Outcome) -> str:
    killed = ", ".join(f"{name} {count}" for name, count in found.killed.items())
    cells = (database, found.answered, found.unanswered, found.present, killed, found.mails, found.mails_twice,
             f"{found.seconds:.0f}", len(found.faults))
    return f"| {' | '.join(map(str, cells))} |"
