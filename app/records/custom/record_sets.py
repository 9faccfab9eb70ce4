"""Lists that are record sets: the rows of a filter over a type of record, within the rights of whoever chooses.

The filters are those of the type's own page; `app.web.record_sets` plugs in here how they are asked.
"""

from collections.abc import Callable
from typing import Any

from app.records.lists import ListedList

# (list, id) -> the row, or None where it is not of the set or the actor may not see it.
find: Callable[[ListedList, int], Any] | None = None


def row_of(info: ListedList, key: int) -> Any:
    """Return a row of a record set that the actor may see, or None."""
    return find(info, key) if find is not None else None
