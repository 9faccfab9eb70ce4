"""The way of a record through the work groups: one lane a group, in the order in which they first held it."""

from collections.abc import Sequence
from typing import Any

from app.web.record_page import lane


def lanes(intervals: Sequence[Any], workflow: Any) -> list[tuple[int | None, list[dict[str, Any]]]]:
    """Return (group, its stretches as parts of a line 1,000 wide); None for the time in which no group held it."""
    found: dict[int | None, list[dict[str, Any]]] = {}
    for one, part in zip(intervals, lane(list(intervals), workflow), strict=True):
        found.setdefault(one.group_id, []).append(part)
    return list(found.items())
