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
def postgres(folder: Path) -> Iterator[str]:
    """Run a server on a folder; yields its address. Raises NotHere where there is none on this machine."""
    programs, user = _postgres_programs()
    place = folder / "postgresql"
    runs_as: dict[str, Any] = {}
    quiet: dict[str, Any] = {"check": True, "stdout": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    place.mkdir(parents=True, exist_ok=True)
    if user is not None:
        shutil.chown(place, user, pwd.getpwnam(user).pw_gid)
        runs_as = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
    if not (place / "data").exists():
        subprocess.run([programs / "initdb", "-D", place / "data", "-U", "desk", "--auth=trust", "-E", "UTF8",
                        "--locale=C.UTF-8", "--no-sync"], cwd=place, **quiet, **runs_as)
    url = f"postgresql://desk@/postgres?host={place}"
    if (place / "data" / "postmaster.pid").exists() and _answers(url):
        yield url  # somebody else measures there, and will stop it
        return
    subprocess.run([programs / "pg_ctl", "-D", place / "data", "-l", place / "log", "-w", "-t", "60",
                    "-o", f"-k {place} {OPTIONS}", "start"], cwd=place, **quiet, **runs_as)
    try:
        yield url
    finally:
        subprocess.run([programs / "pg_ctl", "-D", place / "data", "-w", "-m", "fast", "stop"], cwd=place, **quiet,
                       **runs_as)


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
