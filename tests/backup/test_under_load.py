"""A backup made beside people who write: one moment of the desk, whole, and the same on the other database."""

import os
import subprocess
import sys
import threading
import time

from sqlalchemy import func, select

from app.backup import restoring
from app.backup.unpacking import opened
from app.db import db
from app.organisation.models import Company
from app.records.audit import AuditEntry
from tests.backup.conftest import back_up, empty_install
from tests.support.live import ROOT, LiveServer
from tests.support.visitor import Visitor


class Writers:
    """Clients who make companies through the running server, one after another, until they are told to stop."""

    def __init__(self, server: LiveServer, number: int) -> None:
        self.server, self.made = server, list[int]()
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(one,)) for one in range(number)]

    def _write(self, one: int) -> None:
        visitor, count = Visitor(self.server.url), 0
        visitor.log_in("admin", self.server.password)
        while not self._ended.is_set():
            count += 1
            answer = visitor.rest("POST", "/company/", {"name": f"Written beside {one}-{count}"})
            if answer.status == 201:
                self.made.append(answer.json()["id"])

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()


def test_nobody_waits_and_nothing_is_torn(live_server: LiveServer, tmp_path) -> None:
    target = tmp_path / "desk.tar"
    with Writers(live_server, 2) as writers:
        end = time.monotonic() + 60
        while len(writers.made) < 5:
            assert time.monotonic() < end, "nobody could write"
            time.sleep(0.05)
        before = set(writers.made)
        subprocess.run([sys.executable, ROOT / "run.py", "backup", target], cwd=ROOT, check=True, capture_output=True,
                       env={**os.environ, "DATA_DIR": str(live_server.folder)}, timeout=100)
        during = set(writers.made) - before
    assert during, "nobody could write while the backup was made"
    with opened(target) as found:
        written = found.manifest
    with empty_install("postgresql", tmp_path / "restored") as desk:
        restoring.restore(desk, target)
        assert back_up(desk, tmp_path / "again.tar").tables == written.tables
        with db.engine.connect() as connection:
            company, entry = Company.__table__, AuditEntry.__table__
            there = set(connection.execute(select(company.c.id)).scalars())
            told = select(func.count(entry.c.record_id.distinct())).where(
                entry.c.record_type == "company", entry.c.action == "create", entry.c.record_id.in_(there))
            assert connection.execute(told).scalar() == len(there)
        assert before <= there
