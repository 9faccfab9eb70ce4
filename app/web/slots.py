"""Slots: named places on pages where other addons show something, without either knowing the other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from werkzeug.exceptions import HTTPException

from app.addon_system.registry import current_registry
from app.sdk.errors import BusinessError
from app.sdk.permissions import Permission

log = structlog.get_logger(__name__)


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


def loaded(slot: str, actor: Any, *about: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return (template, data) of what stands in a slot. What fails stays away and is logged: the page is another's."""
    found = []
    for item in items(slot, actor):
        try:
            found.append((item.template, item.load(*about, actor)))
        except (BusinessError, HTTPException):
            raise
        except Exception:
            log.exception("slot_failed", slot=slot, template=item.template)
    return found
