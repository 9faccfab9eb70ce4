"""A program of the benchmark: does the action of a journal row, and dies at a point of it, at once and without a word.

    python -m benchmarks.addon_crashes.dying JOURNAL POINT FILE    POINT 0 lives, and FILE says how many there are

A point is a statement that is about to be sent, a commit, or a file that is about to be written to the disk.
"""

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.addon_system import hand


class Points:
    """Counts the points, from the first statement on."""

    def __init__(self, last: int) -> None:
        self.last, self.number, self.began = last, 0, 0.0

    def pass_one(self, *_anything: Any, **_more: Any) -> None:
        """Note a point, or die at it."""
        self.began = self.began or time.monotonic()
        self.number += 1
        if self.number == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, do: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that passes a point first."""

        def passed(*arguments: Any, **values: Any) -> Any:
            self.pass_one()
            return do(*arguments, **values)

        return passed


def main(journal: str, point: str, file: str) -> None:
    """Do it, or a part of it."""
    began, points = time.monotonic(), Points(int(point))
    for name in ("before_cursor_execute", "commit"):
        event.listen(Engine, name, points.pass_one)
    os.fsync = points.before(os.fsync)
    shutil.copyfile = points.before(shutil.copyfile)
    Path.replace = points.before(Path.replace)  # type: ignore[method-assign]
    hand.main(["perform", journal])
    Path(file).write_text(json.dumps({"points": points.number, "first": points.began - began,
                                      "end": time.monotonic() - began}))


if __name__ == "__main__":
    main(*sys.argv[1:])
