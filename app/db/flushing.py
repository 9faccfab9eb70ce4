"""Whether the session itself is sending statements now: what a flush writes is told to audit, all else is not."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_flushing: ContextVar[bool] = ContextVar("flushing", default=False)


@contextmanager
def flushing() -> Iterator[None]:
    """Mark what the session sends within the block."""
    token = _flushing.set(True)
    try:
        yield
    finally:
        _flushing.reset(token)


def is_flushing() -> bool:
    """Say whether the session is flushing."""
    return _flushing.get()
