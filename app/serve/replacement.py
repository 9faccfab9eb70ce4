"""When the web workers of this machine are to be replaced: as soon as one serves a set that is not the enabled one.

Job workers and the scheduler see the number themselves and end between two jobs; the supervisor starts them again.
"""

import os
import signal
import socket
from collections.abc import Callable

import structlog
from flask import Flask
from sqlalchemy import select

from app.addon_system import generation
from app.addon_system.models import ProcessRow
from app.db import db
from app.sdk import clock

log = structlog.get_logger(__name__)
_process = ProcessRow.__table__


class Replacement:
    """Watches the web workers of this machine for the supervisor. No mapped class is used: no addon is loaded here."""

    def __init__(self, app: Flask, arbiter: Callable[[], int | None]) -> None:
        self.app, self.arbiter = app, arbiter
        self.began_at = clock.now()
        self.told = 0

    def look(self) -> bool:
        """Tell the arbiter once a number to replace what is older; return whether a web worker serves."""
        with self.app.app_context():
            number = generation.current()
            served = self._served()
        pid = self.arbiter()
        if pid is not None and number > self.told and any(item < number for item in served):
            log.info("replacing_web_workers", generation=number)
            self.told = number
            os.kill(pid, signal.SIGHUP)
        return bool(served)

    def _served(self) -> list[int]:
        with db.engine.connect() as connection:
            return list(connection.execute(select(_process.c.generation).where(
                _process.c.kind == "web", _process.c.host == socket.gethostname()[:200],
                _process.c.started_at >= self.began_at)).scalars())
