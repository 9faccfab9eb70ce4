"""The state of the addons, on the start page of whoever looks after them."""

from collections import Counter
from typing import Any

from sqlalchemy import select

from app.addon_system.installed import DISABLED, ENABLED, FAULTY
from app.addon_system.models import AddonRow
from app.addon_system.permissions import ADDON_READ
from app.addon_system.registry import current_registry
from app.db import session
from app.sdk.actor import Actor
from app.sdk.i18n import _l
from app.web.tiles import Tile
from app.web.words import unit_text


def addon_states(_actor: Actor) -> dict[str, Any]:
    """Load how many addons are in use or switched off, and which are faulty."""
    rows = session().execute(select(AddonRow.name, AddonRow.state).where(AddonRow.name != "platform")).all()
    faulty = {row.name for row in rows if row.state == FAULTY} | set(current_registry().faults)
    counts = Counter(row.state for row in rows if row.name not in faulty)
    return {"in_use": counts[ENABLED], "off": counts[DISABLED], "faulty": sorted(map(unit_text, faulty))}


SLOTS = [Tile("addons.state", _l("Addons"), "desk/tiles/addons.html", addon_states, permission=ADDON_READ, place=70,
              icon="apps", help=_l("Which addons are in use, and which are faulty."))]
