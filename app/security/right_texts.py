"""Rights as people choose them: by the part of the desk and the subject that they are about."""

from collections.abc import Sequence

from app.addon_system.registry import current_registry
from app.sdk.actor import Actor
from app.sdk.i18n import _
from app.web.words import subject_text, unit_text


def grouped(actor: Actor) -> dict[str, list[tuple[str, str]]]:
    """Return {"Incidents · incident": [(key, label)]} of the rights that an actor holds, in the order of the units."""
    registry = current_registry()
    order = [unit.name for unit in registry.units]
    held = sorted((key for key in registry.permissions if actor.can(key)),
                  key=lambda key: (order.index(registry.owners[key]), key))
    found: dict[str, list[tuple[str, str]]] = {}
    for key in held:
        heading = f"{unit_text(registry.owners[key])} · {subject_text(key.split('.', 1)[0])}"
        found.setdefault(heading, []).append((key, str(registry.permissions[key].label)))
    return found


def scope_texts(scopes: Sequence[str] | None) -> list[str]:
    """Return what a key may do in words, each right with its subject; all rights where it never named any."""
    if scopes is None:
        return [_("All")]
    if not scopes:
        return [_("None")]
    known = current_registry().permissions
    return [str(known[key].label) if key in known else key for key in scopes]
