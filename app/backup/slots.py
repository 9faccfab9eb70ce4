"""When the last backup was made, on the start page of whoever looks after them."""

from typing import Any

from app.backup.permissions import BACKUP_READ
from app.backup.services import backup_service
from app.sdk.actor import Actor
from app.sdk.i18n import _l
from app.web.tiles import Tile


def load(actor: Actor) -> dict[str, Any]:
    """Load when the last one was made."""
    overview = backup_service.overview(actor)
    newest = next(iter(overview.kept), None)
    return {"made_at": newest.made_at if newest else None, "is_old": overview.is_old, "failure": overview.failure}


SLOTS = [Tile("backup.last", _l("Last backup"), "desk/tiles/backup.html", load, permission=BACKUP_READ, place=65,
              icon="package-export", help=_l("When the desk was last written to one file."))]
