"""The run as a whole: one shared folder, servers stopped at the end, and a plain word on what could not run."""

import math
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.support.servers import stop_all

FOLDER = "DESK_TEST_FOLDER"


def is_controller(config: pytest.Config) -> bool:
    """Say whether this process is the one that starts and ends the run (the only one without xdist)."""
    return not hasattr(config, "workerinput")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Return how many processes `-n auto` starts: each waits for a browser or a server much of its time."""
    return None if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else math.ceil((os.cpu_count() or 1) * 1.5)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that the workers share; of the caller's own settings only ADDON_PATHS counts: what is tested."""
    if is_controller(config):
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="desk-tests-")
    folder = Path(os.environ[FOLDER])
    for name in ("DATABASE_URL", "REDIS_URL", "ADMIN_PASSWORD", "PUBLIC_URL", "SAFE_MODE"):
        os.environ.pop(name, None)
    os.environ["DATA_DIR"] = str(folder / f"data-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what the run started."""
    if is_controller(config) and FOLDER in os.environ:
        folder = Path(os.environ.pop(FOLDER))
        stop_all(folder)
        shutil.rmtree(folder, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say at the very end what was not run and why."""
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[text.removeprefix("Skipped: ")] += 1
    if not os.environ.get("INCIDENT_LOG"):
        terminalreporter.write_line(
            "NOT RUN: the whole incident log; set INCIDENT_LOG to its file (the first 500 incidents always run)",
            yellow=True,
        )
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"NOT RUN: {count} test{'s' * (count > 1)}: {reason}", yellow=True)
