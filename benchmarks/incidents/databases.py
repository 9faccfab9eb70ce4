"""The databases of the benchmark: files and a server of its own in a folder, made once and used again."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.support.servers import _postgres_programs, run_sql, with_database

# As a server of that size is set up, but without waiting for the disk: the processor's time is what is compared.
OPTIONS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c shared_buffers=1GB -c timezone=UTC " \
          "-c max_wal_size=8GB -c work_mem=16MB -c effective_cache_size=8GB"


@contextmanager
def postgres(folder: Path, more: str = "") -> Iterator[str]:
    """Run a server on a folder; yields its address. Raises NotHere where there is none on this machine."""
    programs, _user = _postgres_programs()
    place = folder / "postgresql"
    _make(place)
    url = f"postgresql://desk@/postgres?host={place}"
    if _answers(url):
        yield url  # somebody else measures there, and will stop it
        return
    start(folder, more)
    try:
        yield url
    finally:
        _run([programs / "pg_ctl", "-D", place / "data", "-w", "-m", "fast", "stop"], place)


def start(folder: Path, more: str = "") -> None:
    """Start the server of a folder, also after it was killed."""
    programs, _user = _postgres_programs()
    place = folder / "postgresql"
    _run([programs / "pg_ctl", "-D", place / "data", "-l", place / "log", "-w", "-t", "60",
          "-o", f"-k {place} {OPTIONS} {more}", "start"], place)


def _make(place: Path) -> None:
    programs, user = _postgres_programs()
    place.mkdir(parents=True, exist_ok=True)
    if user is not None:
        shutil.chown(place, user, pwd.getpwnam(user).pw_gid)
    if not (place / "data").exists():
        _run([programs / "initdb", "-D", place / "data", "-U", "desk", "--auth=trust", "-E", "UTF8",
              "--locale=C.UTF-8", "--no-sync"], place)


def _run(command: list[Any], place: Path) -> None:
    _programs, user = _postgres_programs()
    runs_as: dict[str, Any] = {}
    if user is not None:
        runs_as = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
    subprocess.run(command, cwd=place, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, **runs_as)


def _answers(url: str) -> bool:
    try:
        run_sql(url, "SELECT 1")
    except psycopg.Error:
        return False
    return True


def made(server: str, size: int) -> str:
    """Return the address of the server's database for a size, made where it is not there."""
    name = f"incidents_{size}"
    with psycopg.connect(server) as connection:
        is_there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
    if not is_there:
        run_sql(server, f"CREATE DATABASE {name}")
    return with_database(server, name)


def use(folder: Path, url: str | None) -> None:
    """Make the settings of this process those of a database; before the application is imported."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.update(DATA_DIR=str(folder), SECRET_KEY="of the benchmark only", LOG_LEVEL="ERROR")
    if url:
        os.environ["DATABASE_URL"] = url
    else:
        os.environ.pop("DATABASE_URL", None)
