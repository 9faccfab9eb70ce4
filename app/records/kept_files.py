"""Files stay where they are while a backup is made: it has read the rows that speak of them already."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def staying(data: Path) -> Iterator[None]:
    """Keep all files for as long as the block lasts; several may."""
    handle = _opened(data)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)


@contextmanager
def going(data: Path) -> Iterator[bool]:
    """Say whether files may be removed within the block; while somebody needs them to stay, they may not."""
    handle = _opened(data)
    try:
        yield _is_alone(handle)
    finally:
        os.close(handle)


def _is_alone(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _opened(data: Path) -> int:
    return os.open(data / "files.lock", os.O_CREAT | os.O_RDWR, 0o600)
