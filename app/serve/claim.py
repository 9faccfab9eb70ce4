"""What a serving desk has to itself on its machine: its data folder and its port."""

import errno
import fcntl
import os
import socket
from pathlib import Path


class AlreadyRunning(RuntimeError):
    """Another desk serves on this data folder; the message says so."""


class CannotListen(RuntimeError):
    """The address cannot be used; the message says why and what would do."""


def claim_folder(data: Path) -> int:
    """Hold the data folder for this process and return the handle. Raises AlreadyRunning."""
    folder = data / "run"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(folder / "serve.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # of this process alone: no child inherits it
    except OSError:
        number = os.read(handle, 20).decode(errors="replace").strip()
        os.close(handle)
        raise AlreadyRunning(
            f"The desk is already running on {data} (process {number}). Stop it, or set DATA_DIR."
        ) from None
    os.truncate(handle, 0)
    os.write(handle, str(os.getpid()).encode())
    return handle


def listen(host: str, port: int) -> socket.socket:
    """Listen on an address. Raises CannotListen."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotListen(f"Port {port} on {host} is in use by another program. Set PORT.") from None
        raise CannotListen(f"HOST={host} PORT={port} cannot be listened on: {error.strerror}.") from None
