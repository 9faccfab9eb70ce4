"""Lines of the page of the desk's state: whoever runs something of their own says how it fares.

    SLOTS = [SystemLine("mail.sending", _l("Mail"), mail_state, sequence=60)]
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from app.addon_system.registry import current_registry
from app.sdk.actor import Actor
from app.sdk.i18n import LazyString

GOOD, DOUBTFUL, BAD = "good", "doubtful", "bad"


@dataclass(frozen=True, slots=True)
class Told:
    """What a line says: a text, how it fares (GOOD, DOUBTFUL, BAD, or "" where nothing can be wrong), where to look."""

    text: Any
    state: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class SystemLine:
    """One line. `load` sends two statements at most; None leaves the line out."""

    key: str
    label: LazyString | str
    load: Callable[[Actor], Told | None]
    sequence: int = 50

    slot: ClassVar[str] = "system.lines"


def told(actor: Actor) -> list[tuple[SystemLine, Told]]:
    """Return the lines that the loaded units declare, in order, with what each says now."""
    declared = [one for one in current_registry().slots if isinstance(one, SystemLine)]
    found = [(line, line.load(actor)) for line in sorted(declared, key=lambda line: line.sequence)]
    return [(line, said) for line, said in found if said is not None]
