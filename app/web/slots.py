"""Slots: named places on pages where other addons show something, without either knowing the other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.addon_system.registry import current_registry
from app.sdk.permissions import Permission


@dataclass(frozen=True, slots=True)
class SlotItem:
    """What an addon puts into a slot: a template, and a function that loads all it shows before it is rendered."""

    slot: str
    template: str
    load: Callable[[Any, Any], dict[str, Any]]
    permission: Permission | None = None
    sequence: int = 10


def items(slot: str, actor: Any) -> list[SlotItem]:
    """Return what the enabled addons put into a slot and the actor may see, in order."""
    declared = [item for item in current_registry().slots if item.slot == slot]
    allowed = [item for item in declared if item.permission is None or actor.can(item.permission)]
    return sorted(allowed, key=lambda item: item.sequence)
