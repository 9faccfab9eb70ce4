"""What people may see and do of backups on screen: look, have one made, take one away. Restoring is a command."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, current_app

from app.backup import store
from app.backup.jobs import BACKUP
from app.backup.permissions import BACKUP_DOWNLOAD, BACKUP_READ, BACKUP_WRITE
from app.backup.settings import EVERY, KEEP, WARN
from app.db import session
from app.jobs.outbox import put
from app.records import audit
from app.records.settings import setting
from app.sdk.actor import Actor
from app.sdk.errors import NotFound


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the page of backups shows."""

    kept: Sequence[store.Kept]
    is_under_way: bool
    failure: str
    is_old: bool
    every: int
    keep: int
    free: int


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined, no-any-return]


class BackupService:
    """Reads, and wants. Flushes; the caller commits."""

    def overview(self, actor: Actor) -> Overview:
        """Return the backups that are kept, and how it stands with the next. Raises Forbidden."""
        actor.require(BACKUP_READ)
        app, warn = _app(), int(setting(WARN))
        return Overview(store.kept(app), store.is_under_way(app), store.failure(app),
                        bool(warn) and store.age(app) > timedelta(days=warn), int(setting(EVERY)), int(setting(KEEP)),
                        store.free(app))

    def make(self, actor: Actor) -> None:
        """Have a backup made as soon as a worker is free. Raises Forbidden."""
        actor.require(BACKUP_WRITE)
        put(BACKUP, {"asked_by": actor.user_id}, dedupe_key="backup")

    def take(self, actor: Actor, name: str) -> store.Kept:
        """Return a backup that is downloaded, which audit tells. Raises Forbidden or NotFound."""
        actor.require(BACKUP_DOWNLOAD)
        found = store.find(_app(), name)
        if found is None:
            raise NotFound
        audit.write(session(), "backup", int(f"{found.made_at:%Y%m%d%H%M%S}"), "update", {"download": (None, name)})
        return found


backup_service = BackupService()
