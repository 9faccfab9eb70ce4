"""Metrics of several processes: where they meet, and what becomes of one that has ended."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def prepare(config: Mapping[str, Any]) -> None:
    """Make the folder of metrics, empty; called by the supervisor before it forks, and only where metrics are on."""
    if not (config["METRICS_TOKEN"] or config["METRICS_NETWORKS"]):
        return
    folder = Path(config["DATA_DIR"]) / "run" / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    os.environ[VARIABLE] = str(folder)


def forget(pid: int) -> None:
    """Take the gauges of a process that has ended out of the sums."""
    if VARIABLE in os.environ:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(pid)
