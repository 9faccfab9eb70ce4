"""The figures as tables, each with its aim and whether it was met."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RATIO, STATEMENTS, GROWTH = 2.0, 12, 1.3
HEAD = ("| Page | As | Rows | Median ms | p95 ms | CPU ms | Database CPU ms | Ratio to the plain page | Statements | "
        "KB | Aim |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|---|")
INTRO = """# Benchmarks

`python -m benchmarks.incidents --sizes 10000,100000,1000000 --databases sqlite,postgresql --report docs/benchmarks.md`
fills databases with incidents (seeded; kept in `--folder` and used again), asks for each page in turns by a logged-in
client within one process, and writes this page. CPU is the processor's time of the desk's process; that of the database
server stands beside it (SQLite works within the process). The plain page is the same 25 rows by Flask and SQLAlchemy
with nothing else, asked for in the same turns. Ratios are of CPU, the server's included.

Aims: a list or a record page takes less than 2 times the plain page and at most 12 statements, and with 1,000,000
incidents less than 1.3 times what it takes with 10,000. What misses its aim says so.

`python -m benchmarks.crash --creates 2000 --databases sqlite,postgresql --report docs/benchmarks.md` logs incidents
over HTTP by several clients while web processes, job workers, the local Valkey and the PostgreSQL server are killed,
then looks at each: what was answered is there, what was not is whole or absent, each notice is there once, and each
mail was taken by a mail server. A worker that dies between that server's yes and its own commit leaves the mail to be
sent again, under the same Message-ID, by which a mailbox drops the second; some workers are killed at just that moment.
"""
# What other programs write on the page.
CRASHES = "## Killed while incidents are logged"
PRICE = "## What an optional addon costs"
SWITCHES = "## Switched on and off while people work"
ADDON_CRASHES = "## Killed while an addon is installed or removed"


def tables(results: list[dict[str, Any]]) -> str:
    """Return a table a database and size, and one of how figures grow from the smallest to the largest."""
    parts = []
    for key in dict.fromkeys((row["database"], row["size"]) for row in results):
        rows = [row for row in results if (row["database"], row["size"]) == key]
        plain = _cost(next(row for row in rows if row["kind"] == "plain"))
        parts.append(f"## {key[0]}, {key[1]:,} incidents\n\n{HEAD}\n" + "\n".join(_line(row, plain) for row in rows))
    return "\n\n".join([*parts, *growth(results)]) + "\n"


def _cost(row: dict[str, Any]) -> float:
    return float(row["cpu"] + row["server"])


def _line(row: dict[str, Any], plain: float) -> str:
    ratio = _cost(row) / plain
    cells = [row["name"], row["who"], row["rows"] or "", *(f"{row[name]:.1f}" for name in ("median", "p95", "cpu")),
             f"{row['server']:.1f}" if row["server"] else "", f"{ratio:.1f}",
             row["statements"] or "", f"{row['bytes'] / 1024:.0f}", _verdict(row, ratio)]
    return f"| {' | '.join(map(str, cells))} |"


def _verdict(row: dict[str, Any], ratio: float) -> str:
    if row["kind"] != "page":
        return ""
    aims = ((f"{RATIO:.0f} times", ratio < RATIO), (f"{STATEMENTS} statements", row["statements"] <= STATEMENTS))
    missed = [f"{said} missed" for said, is_met in aims if not is_met]
    return ", ".join(missed) or "met"


def growth(results: list[dict[str, Any]]) -> list[str]:
    """Return the table of the largest size beside the smallest; none where there is one size only."""
    found = []
    for database in dict.fromkeys(row["database"] for row in results):
        sizes = sorted({row["size"] for row in results if row["database"] == database})
        if len(sizes) < 2:
            continue
        small, large = ({(row["name"], row["who"]): row for row in results
                         if row["database"] == database and row["size"] == size} for size in (sizes[0], sizes[-1]))
        lines = []
        for key, row in large.items():
            times = _cost(row) / max(_cost(small[key]), 0.01)
            lines.append(f"| {key[0]} | {key[1]} | {_cost(small[key]):.1f} | {_cost(row):.1f} | {times:.2f} | "
                         f"{'met' if times < GROWTH else f'{GROWTH} missed'} |")
        head = (f"## {database}: from {sizes[0]:,} to {sizes[-1]:,} incidents\n\n"
                f"| Page | As | CPU ms at {sizes[0]:,} | CPU ms at {sizes[-1]:,} | Times | Aim |")
        found.append("\n".join([head, "|---|---|--:|--:|--:|---|", *lines]))
    return found


def sections(path: Path) -> dict[str, str]:
    """Return the sections of the page by their titles; what stands before the first has the title ""."""
    page = path.read_text(encoding="utf-8") if path.exists() else ""
    found, title = {"": ""}, ""
    for line in page.splitlines():
        if line.startswith("## "):
            title = line
            found[title] = ""
        found[title] += f"{line}\n"
    return found


def write_section(path: Path, title: str, text: str) -> None:
    """Write one section of the page, which begins with its title; the others stay."""
    found = {**sections(path), title: text}
    path.write_text("\n\n".join(part.strip() for part in found.values() if part.strip()) + "\n", encoding="utf-8")


def write(path: Path, text: str) -> None:
    """Write the page, but for what other programs say on it."""
    day, model = datetime.now(UTC), _processor()
    machine = f"Measured on {day:%d %B %Y} on {os.cpu_count()} cores ({model}), Python {platform.python_version()}."
    others = [text for title, text in sections(path).items() if title in (CRASHES, PRICE, SWITCHES, ADDON_CRASHES)]
    parts = [INTRO.strip(), machine, text.strip(), *(other.strip() for other in others)]
    path.write_text("\n\n".join(part for part in parts if part) + "\n", encoding="utf-8")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
