"""Tiles that need no addon: where one was last, and the ways that one takes most."""

from typing import Any

from app.sdk.actor import Actor
from app.sdk.i18n import _l
from app.security.preferences import preference
from app.web.chrome import navigation, start_places
from app.web.recent import recent
from app.web.tiles import Tile

LINKS = "home.links"


def recent_records(_actor: Actor) -> dict[str, Any]:
    """Load the records that the reader looked at last."""
    return {"rows": recent()}


def shortcuts(_actor: Actor) -> dict[str, Any]:
    """Load the reader's own ways, or all places of the menu where they have chosen none."""
    chosen = preference(LINKS) or []
    places = {key: (key, label, url) for key, label, url in start_places()}
    icons = {place.key: place.icon for section in navigation() for place in (section, *section.entries)}
    keys = [key for key in chosen if key in places] or list(places)
    return {"links": [(places[key][1], places[key][2], icons[key]) for key in keys]}


SLOTS = [
    Tile("home.recent", _l("Recently viewed"), "desk/tiles/recent.html", recent_records, place=40, icon="history",
         help=_l("The last ten tickets and people that you looked at.")),
    Tile("home.links", _l("Shortcuts"), "desk/tiles/links.html", shortcuts, width=3, place=90, icon="link",
         help=_l("The pages that you open most; choose them yourself.")),
]
