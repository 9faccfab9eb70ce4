"""The merge of two changes of one record, field by field.

    as it was   theirs now   mine     what follows
    a           b            a        theirs is taken over: I did not touch it
    a           a            b        mine is kept: they did not touch it
    a           b            b        nothing: both want the same
    a           b            c        in dispute: somebody has to choose
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.web.wire import Wire, digest


@dataclass(frozen=True, slots=True)
class Merge:
    """The fields that follow the other's change, and those that both changed to different values."""

    taken: list[str] = field(default_factory=list)
    disputed: list[str] = field(default_factory=list)


def merge(seen: Mapping[str, str], theirs: Mapping[str, Wire], mine: Mapping[str, Wire | None]) -> Merge:
    """Return what becomes of each field of `theirs`. `seen` holds the digests of the values as they were.

    What the sender says nothing of follows the other. Where nothing is known of how a field was, two different values
    are in dispute: nothing is ever lost in silence.
    """
    taken, disputed = [], []
    for name, now in theirs.items():
        typed = mine.get(name)
        if typed == now or seen.get(name) == digest(now):
            continue
        if typed is None or seen.get(name) == digest(typed):
            taken.append(name)
        else:
            disputed.append(name)
    return Merge(taken, disputed)
