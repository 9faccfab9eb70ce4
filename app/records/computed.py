"""Columns that no table has: worked out under the reader's rights, for all rows of a page at once.

    Problem.incident_minutes = Computed(pains_of, lambda pain: pain.minutes)

`load` takes the ids of rows and returns what is known of each; columns that share it cost its statements once. A row of
which it says nothing has none. Such a column is shown and taken away; it is neither sorted nor filtered by.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.sdk.actor import current_actor

Load = Callable[[list[int]], Mapping[int, Any]]
KEPT = "_computed"


class Computed(property):
    """One such column; `of` takes it out of what was loaded for the row."""

    def __init__(self, load: Load, of: Callable[[Any], Any]) -> None:
        self.load, self.of = load, of
        super().__init__(self._read)

    def _read(self, row: Any) -> Any:
        # What one reader may know of a row says nothing of the next reader of the same session.
        reader, found = row.__dict__.get(KEPT, {}).get(self.load, (None, None))
        if reader is not current_actor():
            _fill([row], self.load)
            _reader, found = row.__dict__[KEPT][self.load]
        return None if found is None else self.of(found)


def fill(rows: list[Any], columns: Iterable[str]) -> None:
    """Work out, for rows of one class, what these columns show: the statements of each way to load them once."""
    own = (getattr(type(rows[0]), name, None) for name in columns) if rows else ()
    for load in dict.fromkeys(one.load for one in own if isinstance(one, Computed)):
        _fill(rows, load)


def _fill(rows: list[Any], load: Load) -> None:
    found, actor = load([row.id for row in rows]), current_actor()
    for row in rows:
        row.__dict__.setdefault(KEPT, {})[load] = (actor, found.get(row.id))
