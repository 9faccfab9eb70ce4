"""Ids as addresses and forms give them: anything at all."""

from typing import Any

LARGEST = 2**63


def as_id(value: Any) -> int | None:
    """Return what was given as the id of a row, None where no row can have it."""
    try:
        found = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if 0 <= found < LARGEST else None


__all__ = ["as_id"]
