"""Parts of "My work": what somebody has to look at, each a number and the list behind it.

    SLOTS = [WorkPart("service_level.breached", _l("Breached"), breached, "alarm", 60, _l("Past its time."))]

`rows` returns the criterion of the tickets for a reader, None where the part is not for them. An addon that knows more
of tickets adds its parts; where it is off there is nothing of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import ColumnElement

from app.addon_system.registry import current_registry
from app.sdk.actor import Actor
from app.sdk.i18n import LazyString


@dataclass(frozen=True, slots=True)
class WorkPart:
    """One part; `key` stands in its address."""

    key: str
    label: LazyString | str
    rows: Callable[[Actor], ColumnElement[bool] | None]
    icon: str = "list"
    sequence: int = 50
    help: LazyString | str = ""

    slot: ClassVar[str] = "my_work.parts"


def work_parts() -> list[WorkPart]:
    """Return what the enabled addons declare, in order."""
    declared = (one for one in current_registry().slots if isinstance(one, WorkPart))
    return sorted(declared, key=lambda one: (one.sequence, one.key))
