"""Children of the supervisor: forked, watched, started again.

The supervisor has the libraries loaded, and no thread and no open connection when it forks: so each child starts at
once, shares their memory and inherits nothing that two processes must not use.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from flask import Flask

from app.db import db

log = structlog.get_logger(__name__)
# A child that ends sooner than this after its start is started again only after a pause that doubles.
HEALTHY_SECONDS, FIRST_PAUSE, LONGEST_PAUSE = 10.0, 0.5, 30.0


@dataclass(slots=True)
class Child:
    """One process that shall run: what it does, and how it fares."""

    app: Flask
    name: str
    run: Callable[[], None]
    pid: int | None = None
    code: int = 0
    started_at: float = 0.0
    pause: float = 0.0
    restart_at: float = 0.0

    def start(self) -> None:
        """Fork it."""
        self.started_at = time.monotonic()
        self.pid = fork(self.app, self.run)

    def keep_running(self) -> None:
        """Start it where it has ended, later each time where it ends at once."""
        now = time.monotonic()
        if self.has_ended():
            was_healthy = now - self.started_at > HEALTHY_SECONDS
            self.pause = 0.0 if was_healthy else min(max(FIRST_PAUSE, self.pause * 2), LONGEST_PAUSE)
            self.restart_at = now + self.pause
            log.log(30 if self.code else 20, "process_ended", process=self.name, code=self.code)
        if self.pid is None and now >= self.restart_at:
            self.start()

    def has_ended(self) -> bool:
        """Say whether it has ended since it was last asked."""
        if self.pid is None:
            return False
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid:
            self.pid, self.code = None, os.waitstatus_to_exitcode(status)
        return bool(pid)

    def signal(self, number: int) -> None:
        """Send it a signal, if it runs."""
        if self.pid is not None:
            os.kill(self.pid, number)


def fork(app: Flask, run: Callable[[], None]) -> int:
    """Run something in a forked process and return its id."""
    with app.app_context():
        db.engine.dispose()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        # Of its own group: Ctrl-C in the terminal reaches the supervisor, which ends the others in order.
        os.setpgid(0, 0)
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, signal.SIG_DFL)
        run()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 - the child's last word; it must not return into the supervisor's loop
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
