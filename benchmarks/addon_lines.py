"""How much an author writes for an addon: lines by kind of file, all of them counted, also empty ones and comments.

    python -m benchmarks.addon_lines problem incident_problem
"""

import sys
from pathlib import Path

ADDONS = Path(__file__).resolve().parents[1] / "addons"
# Kind of file: the names of folders or files in an addon, as the product names its parts.
KINDS = {
    "what it is": ("__manifest__", "__init__", "permissions", "events", "workflow", "settings"),
    "models": ("models",), "rules": ("services", "rights", "repositories", "listeners", "jobs", "notices", "search",
                                     "importers", "reports", "rules", "sla", "commands"),
    "pages": ("views", "panels", "slots"), "REST": ("api", "schemas"), "templates and styles": ("templates", "static"),
    "data": ("data",), "demo data": ("demo",), "migrations": ("migrations",), "Chinese": ("translations",),
    "documentation": ("README",), "tests": ("tests",),
}
SKIPPED = {".mo", ".pyc"}


def kind_of(path: Path) -> str:
    """Return the kind of a file of an addon, by its path within it. Raises KeyError for one of no known part."""
    part = path.parts[0].split(".")[0]
    return {name: kind for kind, names in KINDS.items() for name in names}[part]


def lines(addon: str) -> dict[str, int]:
    """Return {kind: lines} of an addon."""
    counted = dict.fromkeys(KINDS, 0)
    for path in sorted((ADDONS / addon).rglob("*")):
        if path.is_file() and path.suffix not in SKIPPED:
            text = path.read_text(encoding="utf-8")
            counted[kind_of(path.relative_to(ADDONS / addon))] += len(text.splitlines())
    return counted


def table(addons: list[str]) -> str:
    """Return the figures of some addons side by side, with sums."""
    found = [lines(addon) for addon in addons]
    rows = [f"| {kind} | {' | '.join(str(one[kind]) for one in found)} |" for kind in KINDS]
    sums = [sum(one.values()) for one in found]
    head = f"| Lines | {' | '.join(f'`{name}`' for name in addons)} |\n|---|{'--:|' * len(addons)}"
    return "\n".join([head, *rows, f"| together | {' | '.join(map(str, sums))} |"])


if __name__ == "__main__":
    print(table(sys.argv[1:] or ["problem", "incident_problem"]))
