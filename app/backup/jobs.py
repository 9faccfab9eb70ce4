"""Backups that the desk makes by itself, and who is told when they stay away.

A backup takes as long as it takes, so it is made by a process of its own: no worker waits for it.
"""

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import structlog
from flask import Flask, current_app

from app.addon_system import hand
from app.backup import store
from app.backup.notices import OLD
from app.backup.permissions import BACKUP_READ
from app.backup.settings import EVERY, KEEP, WARN
from app.db import unit_of_work
from app.notify.holders import holders
from app.notify.service import notify
from app.records.settings import setting
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.jobs import Job

log = structlog.get_logger(__name__)
BACKUP = "platform.back_up"
# The nightly job does not begin at the very second of the day before.
SLACK = timedelta(hours=2)


def back_up(payload: dict[str, Any]) -> None:
    """Begin a backup: at once where somebody asked for it, else where the last one is as old as the setting says."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    days = int(setting(EVERY))
    if "due_at" in payload and (not days or store.age(app) < timedelta(days=days) - SLACK):
        return
    if store.is_under_way(app):
        return
    store.forget_failure(app)
    arguments = [sys.executable, str(hand.ROOT / "run.py"), "backup", "--keep", str(setting(KEEP))]
    # Twice, so that nobody has to wait for its end: the first process ends at once.
    starter = [sys.executable, "-c", "import subprocess, sys; subprocess.Popen(sys.argv[1:], start_new_session=True)"]
    subprocess.run([*starter, *arguments], cwd=hand.ROOT, env=hand.environment(app), stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, check=True)
    log.info("backup_begun", by=os.getpid())


def warn(_payload: dict[str, Any]) -> None:
    """Tell whoever looks after backups, once a day, that the last one is too old."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    days = int(setting(WARN))
    if not days or store.age(app) <= timedelta(days=days):
        return
    with unit_of_work(write=True), acting_as(SYSTEM, via="job", cause="platform.warn_of_backup"):
        notify(holders(BACKUP_READ).values(), OLD, url="/backups/", days=days)


JOBS = [Job(BACKUP, back_up, cron="40 2 * * *", timezone="Asia/Shanghai"),
        Job("platform.warn_of_backup", warn, cron="20 9 * * *", timezone="Asia/Shanghai")]
