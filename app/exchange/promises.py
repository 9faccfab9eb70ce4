"""What the rows of a file name of each other: which come first, and what a dry run may take for granted.

A manager or a parent company may stand in the file itself. Rows are therefore brought in after those that they name; a
dry run, which writes nothing, remembers what earlier rows would have made.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from app.exchange.target import RELATED, Target
from app.exchange.targets import EXTERNAL, KEYS, NAMES


def naming(mapping: Mapping[int, str]) -> list[int]:
    """Return the columns by whose cells a record can be named, those that name one alone first."""
    order = {name: place for place, name in enumerate((*KEYS, EXTERNAL, *NAMES))}
    known = [(order[_base(name)], place) for place, name in mapping.items() if _base(name) in order]
    return [place for _rank, place in sorted(known)]


def _base(name: str) -> str:
    return name.split(".", 1)[0]


def referring(mapping: Mapping[int, str], targets: Mapping[str, Target], model: Any) -> list[int]:
    """Return the columns whose cells name records of the kind that the file brings in."""
    return [place for place, name in mapping.items()
            if name in targets and targets[name].kind == RELATED and targets[name].model is model]


def ordered(rows: Iterable[list[str]], names: list[int], refers: list[int]) -> list[int]:
    """Return the places of the rows so that each comes after those that it names; else in the order of the file."""
    first: dict[str, int] = {}
    wanted: list[tuple[str, ...]] = []
    said: list[list[str]] = [[] for _name in names]
    for cells in rows:
        wanted.append(tuple(cells[place].casefold() for place in refers if cells[place]))
        for column, place in zip(said, names, strict=True):
            column.append(cells[place].casefold())
    for column in said:
        for place, text in enumerate(column):
            if text:
                first.setdefault(text, place)
    above = [[first[text] for text in texts if text in first] for texts in wanted]
    return _walked(above)


def _walked(above: list[list[int]]) -> list[int]:
    found: list[int] = []
    seen = [False] * len(above)
    for start in range(len(above)):
        stack = [(start, iter(above[start]))] if not seen[start] else []
        seen[start] = True
        while stack:
            place, rest = stack[-1]
            following = next((one for one in rest if not seen[one]), None)
            if following is None:
                found.append(place)
                stack.pop()
            else:
                seen[following] = True
                stack.append((following, iter(above[following])))
    return found


class Promises:
    """In a dry run: which rows went before and would be in, by what they are called."""

    def __init__(self, names: list[int], refused: Iterable[int]) -> None:
        self.names, self.refused = names, set(refused)
        self.taken: set[int] = set()
        self._rows: dict[str, int] = {}

    def note(self, number: int, cells: list[str]) -> None:
        """Remember how a row may be named."""
        for place in self.names:
            if cells[place]:
                self._rows.setdefault(cells[place].casefold(), number)

    def has(self, text: str, number: int) -> bool:
        """Say whether another row before this one makes a record of that name; this one then rests on it."""
        found = self._rows.get(text.casefold())
        if found is None or found == number or found in self.refused:
            return False
        self.taken.add(number)
        return True
