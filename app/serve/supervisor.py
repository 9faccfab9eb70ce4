"""The supervisor: starts the processes of the desk, restarts what dies, and replaces all when the generation moves.

    supervisor -- valkey (where REDIS_URL is unset)
               -- gunicorn arbiter -- web workers
               -- RQ workers
               -- scheduler with relay

It holds the listening socket: connections wait while an arbiter is replaced.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app.serve import metrics, valkey
from app.serve.children import Child
from app.serve.claim import AlreadyRunning, CannotListen, claim_folder, listen
from app.serve.process import end_with_parent, run_scheduler, run_worker
from app.serve.replacement import Replacement
from app.serve.web import DeskServer

log = structlog.get_logger(__name__)
TICK = 0.2
STOP_SECONDS = 35


@dataclass(slots=True)
class Supervisor:
    """One serving desk on this machine. `prepare` brings the database up to date, in a process of its own."""

    app: Flask
    prepare: Callable[[], None]
    children: list[Child] = field(default_factory=list)
    listener: socket.socket | None = None
    valkey: "subprocess.Popen[bytes] | None" = None
    is_stopping: bool = False

    def run(self) -> int:
        """Serve until told to stop; return the exit code."""
        config = self.app.config
        try:
            lock = claim_folder(Path(config["DATA_DIR"]))
            self.listener = listen(config["HOST"], config["PORT"])
            self._start_valkey()
            metrics.prepare(self.app.config)
        except (AlreadyRunning, CannotListen, valkey.NoServer) as reason:
            print(reason, file=sys.stderr)
            return 1
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop_asked)
        try:
            return self._serve()
        finally:
            self._stop_all()
            os.close(lock)

    def _serve(self) -> int:
        if not self._is_prepared():
            return 0 if self.is_stopping else 1
        self.children = self._wanted()
        replacement, is_ready = Replacement(self.app, self._arbiter), False
        while not self.is_stopping:
            self._keep_valkey_running()
            # The first page comes first: the others start once somebody can be served.
            for child in self.children if is_ready else self.children[:1]:
                child.keep_running()
            if not is_ready and self.children[0].code:
                print("No web process could start; the reason stands above.", file=sys.stderr)
                return 1
            try:
                if replacement.look() and not is_ready:
                    is_ready = True
                    self._tell_address()
            except SQLAlchemyError as error:
                log.warning("database_is_away", error=str(error))
            time.sleep(TICK)
        return 0

    def _is_prepared(self) -> bool:
        child = Child(self.app, "prepare", self.prepare)
        child.start()
        while not child.has_ended():
            if self.is_stopping:
                child.signal(signal.SIGTERM)
            time.sleep(TICK / 10)
        return child.code == 0 and not self.is_stopping

    def _wanted(self) -> list[Child]:
        jobs = [Child(self.app, f"worker {number + 1}", _beside(run_worker))
                for number in range(self.app.config["JOB_WORKERS"])]
        return [Child(self.app, "web", self._run_web), *jobs, Child(self.app, "scheduler", _beside(run_scheduler))]

    def _run_web(self) -> None:
        assert self.listener is not None  # noqa: S101 - narrowing for the type checker
        DeskServer(self.app.config, self.listener.fileno()).run()

    def _arbiter(self) -> int | None:
        return next((child.pid for child in self.children if child.name == "web"), None)

    def _start_valkey(self) -> None:
        if not self.app.config["REDIS_URL"]:
            self.valkey = valkey.start(self.app.config["DATA_DIR"])

    def _keep_valkey_running(self) -> None:
        if self.valkey is not None and self.valkey.poll() is not None:
            log.error("valkey_ended", code=self.valkey.returncode)
            try:
                self._start_valkey()
            except valkey.NoServer as reason:
                log.error("valkey_does_not_start", reason=str(reason))  # noqa: TRY400 - the sentence says it all

    def _stop_asked(self, _number: int, _frame: Any) -> None:
        self.is_stopping = True

    def _stop_all(self) -> None:
        for child in self.children:
            child.signal(signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        while self._some_run():
            if time.monotonic() > until:
                for child in self.children:
                    child.signal(signal.SIGKILL)
            time.sleep(TICK / 4)
        if self.listener is not None:
            self.listener.close()
        if self.valkey is not None:
            self.valkey.terminate()
            self.valkey.wait(10)

    def _some_run(self) -> bool:
        for child in self.children:
            child.has_ended()
        return any(child.pid is not None for child in self.children)

    def _tell_address(self) -> None:
        host, port, public = (self.app.config[name] for name in ("HOST", "PORT", "PUBLIC_URL"))
        shown = f"[{host}]" if ":" in host else host
        print(f"Tianhui Service Desk is ready: {public or f'http://{shown}:{port}'}", flush=True)


def _beside(run: Callable[[], None]) -> Callable[[], None]:
    def started() -> None:
        end_with_parent()
        run()

    return started
