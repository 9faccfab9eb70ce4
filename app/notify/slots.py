"""One's latest notices, on the start page."""

from typing import Any

from app.notify import reads
from app.sdk.actor import Actor
from app.sdk.i18n import _l
from app.web.tiles import Tile

SHOWN = 5


def my_notices(actor: Actor) -> dict[str, Any]:
    """Load the latest notices that nobody has read yet."""
    return {"lines": reads.lines(actor, SHOWN, unread_only=True)}


SLOTS = [Tile("notify.mine", _l("My notices"), "desk/tiles/notices.html", my_notices, place=30, icon="bell",
              help=_l("What happened that you have not read yet."))]
