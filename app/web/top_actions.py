"""What is begun from any page: a button of the top bar, a key, a line of the palette.

    SLOTS = [TopAction("incident.quick", _l("Quick log"), "/incident/quick/", "q", "phone-incoming", (INCIDENT_WRITE,))]
"""

from dataclasses import dataclass
from typing import ClassVar

from app.addon_system.registry import current_registry
from app.sdk.actor import current_actor
from app.sdk.i18n import LazyString
from app.sdk.permissions import Permission
from app.web.chrome import is_known


@dataclass(frozen=True, slots=True)
class TopAction:
    """One action; whoever holds all of its rights sees it."""

    key: str
    label: LazyString | str
    url: str
    letter: str
    icon: str
    permissions: tuple[Permission, ...]

    slot: ClassVar[str] = "top.actions"


def top_actions() -> list[TopAction]:
    """Return what the reader may begin from any page."""
    actor = current_actor()
    declared = (one for one in current_registry().slots if isinstance(one, TopAction)) if is_known() else ()
    return [one for one in declared if all(actor.can(right) for right in one.permissions)]
