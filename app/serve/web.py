"""gunicorn, as the desk uses it: threads, workers replaced one by one, an arbiter that never loads the desk itself.

The listening socket belongs to the supervisor, so that not even the arbiter's death refuses a connection.
"""

import os
import signal
import struct
import threading
from typing import Any

import structlog
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer

from app.addon_system.generation import Watcher
from app.serve import metrics
from app.serve.process import end_soon, load_desk, watch

log = structlog.get_logger(__name__)
GRACEFUL_SECONDS = 30
# A worker that cannot start is tried again after this long; the others serve on.
BOOT_PAUSE = 2.0
SURGE_TICK = 0.1
# A worker whose set is over and that nobody replaced ends by itself.
SELF_REPLACE_SECONDS = 60.0
_PID = struct.Struct("i")


class DeskArbiter(Arbiter):
    """The arbiter, with a surge instead of a reload: on SIGHUP each worker is replaced by a new one, one at a time.

    A new worker starts, says that it is ready, and only then the oldest of the others is told to finish. One on its
    way out does not count any more, and one that cannot start is no reason to stop those that serve.
    """

    def __init__(self, server: "DeskServer") -> None:
        super().__init__(server)
        self.parent = os.getppid()
        self.stale: set[int] = set()
        self.retiring: set[int] = set()
        self.ready: set[int] = set()
        self.has_failed = self.was_ready = False
        self._news, server.ready_end = os.pipe()
        os.set_blocking(self._news, False)

    def handle_hup(self) -> None:
        """Begin to replace all workers there are."""
        self.stale = set(self.WORKERS)

    def manage_workers(self) -> None:
        """Keep the number of workers; while some are stale, one more than that until a fresh one is ready."""
        if self.has_failed:
            return
        self._read_news()
        serving = [pid for pid in self.WORKERS if pid not in self.retiring]
        stale = [pid for pid in serving if pid in self.stale]
        serving += [self.spawn_worker() for _ in range(self.num_workers + bool(stale) - len(serving))]
        too_many = len(serving) - self.num_workers
        is_booting = any(pid not in self.ready for pid in serving if pid not in self.stale)
        if too_many > 0 and not (stale and is_booting):
            for pid in self._oldest(stale or serving)[:too_many]:
                self.retiring.add(pid)
                self.kill_worker(pid, signal.SIGTERM)

    def _oldest(self, pids: list[int]) -> list[int]:
        return sorted(pids, key=lambda pid: self.WORKERS[pid].age)

    def _read_news(self) -> None:
        try:
            while len(read := os.read(self._news, _PID.size)) == _PID.size:
                self.ready.add(_PID.unpack(read)[0])
                self.was_ready = True
        except BlockingIOError:
            pass
        for known in (self.stale, self.retiring, self.ready):
            known &= set(self.WORKERS)

    def reap_workers(self) -> None:
        """Take note of ended workers; a failed start is repeated a little later, if ever one succeeded."""
        try:
            super().reap_workers()
        except HaltServer as fault:
            if not self.was_ready:
                raise
            log.error("web_process_did_not_start", reason=fault.reason)  # noqa: TRY400 - the worker told the rest
            self.has_failed = True

    def wait_for_signals(self, timeout: float = 1.0) -> list[int]:
        """Wait, shortly while workers are being replaced; end when the supervisor is gone."""
        if os.getppid() != self.parent:
            raise StopIteration
        if self.has_failed:
            timeout = BOOT_PAUSE
        elif self.stale - self.retiring:
            timeout = SURGE_TICK
        found: list[int] = super().wait_for_signals(timeout)
        self.has_failed = self.has_failed and bool(found)
        return found


class DeskServer(BaseApplication):
    """gunicorn's application: its settings, and the desk loaded anew in each worker."""

    def __init__(self, config: dict[str, Any], listener: int) -> None:
        self.watcher: Watcher | None = None
        self.ready_end = -1
        self.settings = {
            "bind": [f"fd://{listener}"],
            "worker_class": "gthread",
            "workers": max(1, config["WEB_WORKERS"]),
            "threads": max(1, config["WEB_THREADS"]),
            "graceful_timeout": GRACEFUL_SECONDS,
            "timeout": 60,
            "keepalive": 5,
            "preload_app": False,
            "post_worker_init": self._worker_ready,
            "worker_exit": self._worker_exit,
            "child_exit": _forget_metrics,
            "control_socket_disable": True,
            "proc_name": "desk",
            # Who may speak for a client is decided by TRUSTED_PROXIES, in one place.
            "forwarded_allow_ips": "",
            "secure_scheme_headers": {},
            "loglevel": "debug" if config["LOG_LEVEL"] == "DEBUG" else "warning",
        }
        super().__init__()

    def load_config(self) -> None:
        """Take our settings; files and environment of gunicorn are not read."""
        for name, value in self.settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Load the desk in a worker that was just forked."""
        app, number = load_desk()
        self.watcher = watch(app, "web", number, _end_unless_replaced)
        return app

    def run(self) -> None:
        """Serve until told to stop."""
        DeskArbiter(self).run()

    def _worker_ready(self, worker: Any) -> None:
        os.write(self.ready_end, _PID.pack(worker.pid))

    def _worker_exit(self, _arbiter: Any, _worker: Any) -> None:
        if self.watcher is not None:
            self.watcher.stop()


def _forget_metrics(_arbiter: Any, worker: Any) -> None:
    metrics.forget(worker.pid)


def _end_unless_replaced() -> None:
    timer = threading.Timer(SELF_REPLACE_SECONDS, end_soon)
    timer.daemon = True
    timer.start()
