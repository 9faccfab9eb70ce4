"""What a step of the set-up is; addons add their own.

    SLOTS = [WelcomeStep("channels", _l("Channels"), _l("By which ways …"), "ticket/welcome_channels.html",
                         load_channels, save_channels, place=40, icon="broadcast")]

A step is kept on its own, through services. What it does can be done later on other pages as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from app.addon_system.registry import current_registry
from app.records.settings import setting, setting_service
from app.sdk.actor import Actor
from app.sdk.errors import NotFound
from app.sdk.i18n import LazyString, _l
from app.sdk.settings import Setting

DONE, SKIPPED, OPEN = "done", "skipped", "open"
STATES, DISMISSED = "welcome.states", "welcome.is_dismissed"

SETTINGS = [
    Setting(STATES, _l("How far the set-up is"), [], list, is_hidden=True),
    Setting(DISMISSED, _l("The set-up is put away"), False, bool, is_hidden=True),
]


@dataclass(frozen=True, slots=True)
class WelcomeStep:
    """One step. `load` returns what its template shows, as `step`.

    `save` keeps what the form says. What it returns is shown once, in place of the form; None goes on to the next step.
    It raises BusinessError; the messages of its fields stand beside them. A step without it has nothing to keep.
    """

    key: str
    title: LazyString | str
    help: LazyString | str
    template: str
    load: Callable[[Actor], dict[str, Any]]
    save: Callable[[Actor, Any], dict[str, Any] | None] | None = None
    place: int = 50
    icon: str = "circle-check"
    # Where it can be done later.
    later: str = "/settings/"

    slot: ClassVar[str] = "welcome.steps"


def steps() -> list[WelcomeStep]:
    """Return all steps in their order."""
    return sorted((one for one in current_registry().slots if isinstance(one, WelcomeStep)),
                  key=lambda one: (one.place, one.key))


def step_of(key: str) -> WelcomeStep:
    """Return a step. Raises NotFound."""
    found = next((one for one in steps() if one.key == key), None)
    if found is None:
        raise NotFound
    return found


def states() -> dict[str, str]:
    """Return {step: done, skipped or open}."""
    kept = dict(one.rpartition(":")[::2] for one in setting(STATES))
    return {one.key: kept.get(one.key, OPEN) for one in steps()}


def mark(actor: Actor, key: str, state: str) -> None:
    """Keep that a step is done or skipped. Raises NotFound, Forbidden."""
    step_of(key)
    kept = {**dict(one.rpartition(":")[::2] for one in setting(STATES)), key: state}
    setting_service.change(actor, {STATES: [f"{name}:{value}" for name, value in kept.items()]})


def next_of(key: str) -> str:
    """Return the address of the next open step after this one, of the first open one, or of the checklist."""
    every, present = steps(), states()
    at = next((number for number, one in enumerate(every) if one.key == key), -1)
    waiting = [one for one in (*every[at + 1:], *every[:at + 1]) if present[one.key] == OPEN]
    return f"/welcome/{waiting[0].key}" if waiting else "/welcome/"


def dismiss(actor: Actor) -> None:
    """Put the set-up away: the start page shows it no more."""
    setting_service.change(actor, {DISMISSED: True})


def is_over() -> bool:
    """Say whether nothing is left to be shown of it."""
    return bool(setting(DISMISSED)) or OPEN not in states().values()
