"""Tiles of the start page: declared by whoever has something to show, arranged by each user for themselves.

    SLOTS = [Tile("incident.mine", _l("My open incidents"), "incident/my_incidents.html", my_incidents, width=2,
                  permission=INCIDENT_READ, place=10)]

The page itself holds empty tiles; each is filled by a request of its own, so that a slow or broken one is its own.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from app.addon_system.registry import current_registry
from app.sdk.actor import Actor
from app.sdk.i18n import LazyString
from app.sdk.permissions import Permission
from app.security.preferences import prefer, preference

LAYOUT = "home.tiles"
# The start page; other pages show the tiles of boards of their own, all of them, in their order.
HOME = "home"
WIDEST = 3


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile. `load` returns all that its template shows, as `tile`, in three statements at most.

    `place` says where it stands for whoever has arranged nothing: a number, or a function of the reader that returns
    None where it is only offered. `width` is in columns of three.
    """

    key: str
    title: LazyString | str
    template: str
    load: Callable[[Actor], dict[str, Any]]
    width: int = 1
    permission: Permission | None = None
    place: int | Callable[[Actor], int | None] = 50
    icon: str = "layout-grid"
    help: LazyString | str = ""
    board: str = HOME

    slot: ClassVar[str] = "home.tiles"

    def place_for(self, actor: Actor) -> int | None:
        """Return where it stands by default, None where it is only offered."""
        return self.place if isinstance(self.place, int) else self.place(actor)


@dataclass(frozen=True, slots=True)
class Placed:
    """A tile on somebody's page."""

    tile: Tile
    width: int


def available(actor: Actor, board: str | None = HOME) -> dict[str, Tile]:
    """Return the tiles of a board that the actor may have, by their keys; those of all boards where it is None."""
    return {one.key: one for one in current_registry().slots if isinstance(one, Tile)
            and board in (None, one.board) and (one.permission is None or actor.can(one.permission))}


def of_board(actor: Actor, board: str) -> list[Placed]:
    """Return a board's tiles in their order."""
    found = [(place, one) for one in available(actor, board).values() if (place := one.place_for(actor)) is not None]
    return [Placed(one, one.width) for _place, one in sorted(found, key=lambda pair: (pair[0], pair[1].key))]


def arranged(actor: Actor) -> tuple[list[Placed], list[Tile]]:
    """Return the reader's tiles in their order, and those that could be added. One statement, that of preferences."""
    known, kept = available(actor), preference(LAYOUT) or {}
    shown = [Placed(known[key], width) for key, width in kept.get("shown", ()) if key in known]
    used = {one.tile.key for one in shown} | set(kept.get("hidden", ()))
    # What has come since the reader arranged their page stands at its end.
    new = [(place, tile) for key, tile in known.items()
           if key not in used and (place := tile.place_for(actor)) is not None]
    shown += [Placed(tile, tile.width) for _place, tile in sorted(new, key=lambda pair: (pair[0], pair[1].key))]
    present = {one.tile.key for one in shown}
    return shown, [tile for key, tile in known.items() if key not in present]


def arrange(actor: Actor, wanted: Iterable[tuple[str, int]]) -> None:
    """Keep the reader's order and widths; whatever is not named is hidden. What they may not have is passed over."""
    known = available(actor)
    shown: dict[str, int] = {}
    for key, width in wanted:
        if key in known:
            shown[key] = min(max(width, 1), WIDEST)
    before: Sequence[str] = (preference(LAYOUT) or {}).get("hidden", ())
    hidden = [key for key in dict.fromkeys([*before, *known]) if key not in shown]
    prefer(LAYOUT, {"shown": [list(pair) for pair in shown.items()], "hidden": hidden})


def reset() -> None:
    """Forget how the reader arranged their page."""
    prefer(LAYOUT, None)
