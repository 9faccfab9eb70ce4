"""The folder of backups: DATA_DIR/backups."""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask

from app.sdk import clock

PATTERN, PART, FAILURE = "desk-*.tar", ".desk-*.part", "last_failure.txt"
# Seconds after which one that no longer grows is not under way: a table is written in less.
STALLED = 3600
_FORM = "desk-%Y%m%d-%H%M%S.tar"
# A backup that takes longer was broken off.
LONGEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """One backup of the folder."""

    name: str
    made_at: datetime
    size: int
    path: Path


def folder_of(app: Flask) -> Path:
    """Return the folder, made where it is not there."""
    folder = Path(app.config["DATA_DIR"]) / "backups"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def new_file(app: Flask) -> Path:
    """Return the name of a backup that is made now."""
    return folder_of(app) / clock.now().astimezone(UTC).strftime(_FORM)


def kept(app: Flask) -> list[Kept]:
    """Return the backups that are whole, the newest first."""
    found = []
    for path in folder_of(app).glob(PATTERN):
        try:
            made_at = datetime.strptime(path.name, _FORM).replace(tzinfo=UTC)
            found.append(Kept(path.name, made_at, path.stat().st_size, path))
        except (ValueError, FileNotFoundError):
            continue
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def find(app: Flask, name: str) -> Kept | None:
    """Return one backup by its name."""
    return next((one for one in kept(app) if one.name == name), None)


def keep_newest(app: Flask, number: int) -> list[str]:
    """Delete all but the newest backups, and what was broken off long ago; return the names of those deleted."""
    gone = kept(app)[max(number, 1):]
    for one in gone:
        one.path.unlink(missing_ok=True)
    for part in folder_of(app).glob(PART):
        if clock.now() - datetime.fromtimestamp(part.stat().st_mtime, UTC) > LONGEST:
            part.unlink(missing_ok=True)
    return [one.name for one in gone]


def age(app: Flask) -> timedelta:
    """Return how old the newest backup is; as old as can be where there is none."""
    newest = next(iter(kept(app)), None)
    return clock.now() - newest.made_at if newest is not None else timedelta.max


def is_under_way(app: Flask) -> bool:
    """Say whether one is being made."""
    now = clock.now().timestamp()
    return any(now - path.stat().st_mtime < STALLED for path in folder_of(app).glob(PART))


def free(app: Flask) -> int:
    """Return how many bytes are free where backups are kept."""
    return shutil.disk_usage(folder_of(app)).free


def note_failure(app: Flask, reason: str) -> None:
    """Keep why the last backup was not made, until one is."""
    (folder_of(app) / FAILURE).write_text(reason[:2000], encoding="utf-8")


def failure(app: Flask) -> str:
    """Return why the last backup was not made; "" where it was."""
    path = folder_of(app) / FAILURE
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def forget_failure(app: Flask) -> None:
    """Forget it: another one is made."""
    (folder_of(app) / FAILURE).unlink(missing_ok=True)
