"""How much open work groups and their members hold; whoever has work to hold says so.

    register(OpenWork(of_groups=…, of_members=…))      in a part of the addon that is read when it is loaded
"""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpenWork:
    """`of_groups(group ids)` returns {group: number}, `of_members(group, person ids)` returns {person: number}.

    Both count what the reader may not see as well, in one statement, without its ids.
    """

    of_groups: Callable[[Collection[int]], dict[int, int]]
    of_members: Callable[[int, Collection[int]], dict[int, int]]


_known: dict[str, OpenWork] = {}


def register(name: str, counting: OpenWork) -> None:
    """Say how work of one kind is counted."""
    _known[name] = counting


def is_counted() -> bool:
    """Say whether there is any work to hold on this desk."""
    return bool(_known)


def of_groups(group_ids: Collection[int]) -> Counter[int]:
    """Return how much open work each of these groups holds."""
    total: Counter[int] = Counter()
    for counting in _known.values():
        total.update(counting.of_groups(group_ids))
    return total


def of_members(group_id: int, person_ids: Collection[int]) -> Counter[int]:
    """Return how much open work of a group each of these people holds."""
    total: Counter[int] = Counter()
    for counting in _known.values():
        total.update(counting.of_members(group_id, person_ids))
    return total
