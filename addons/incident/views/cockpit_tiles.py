"""What incidents show in the cockpit of the desk; each number leads to exactly its rows."""

from typing import Any

from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.repositories import AGES, unassigned_by_age
from addons.incident.services import cockpit as reads
from addons.incident.workflow import INCIDENT
from addons.ticket.models import Channel
from addons.ticket.permissions import COCKPIT_READ
from app.db import session
from app.organisation.models import WorkGroup
from app.sdk.actor import Actor
from app.sdk.i18n import _, _l
from app.sdk.workflow import RESOLVED
from app.web.drill_filters import dates_value
from app.web.list_links import Condition, list_address
from app.web.tiles import Tile
from app.web.time_filters import today

BOARD = "cockpit"
OPEN: Condition = ("state", "open", "1")
UNASSIGNED: Condition = ("assignee", "empty", "")
GROUPS, OLDEST = 12, 8


def numbers(_actor: Actor) -> dict[str, Any]:
    """Load what one looks at first."""
    found, day = reads.numbers(), dates_value(today(), today())
    to_tell: tuple[Condition, ...] = (*(("state", "in", code) for code in INCIDENT.codes(RESOLVED)),
                                      ("told_at", "empty", ""))
    shown = (
        ("open", "inbox", _("All open"), (OPEN,)),
        ("unassigned", "user-question", _("Held by nobody"), (UNASSIGNED, OPEN)),
        ("waiting", "hourglass", _("Waiting for the customer"), (("pending_reason", "eq", reads.CUSTOMER), OPEN)),
        ("vip", "star", _("Of VIPs"), (("is_vip", "eq", "y"), OPEN)),
        ("to_tell", "arrow-back-up", _("Customer not told"), to_tell),
        ("in", "package-import", _("Opened today"), (("opened_at", "dates", day),)),
        ("out", "package-export", _("Resolved today"), (("resolved_at", "dates", day),)),
    )
    return {"numbers": [(sign, label, found[key], list_address(Incident, *conditions))
                        for key, sign, label, conditions in shown]}


def by_channel(_actor: Actor) -> dict[str, Any]:
    """Load by which ways what is open came in."""
    names = {one.id: str(one) for one in session().execute(select(Channel)).scalars()}
    return _rows([(names.get(key, _("(none)")), number, _of("channel", key)) for key, number in reads.open_by(
        Incident.channel_id)])


def by_state(_actor: Actor) -> dict[str, Any]:
    """Load in which states what is open stands."""
    return _rows([(INCIDENT.state(code).label, number, list_address(Incident, ("state", "eq", code)))
                  for code, number in reads.open_by(Incident.state)])


def by_group(_actor: Actor) -> dict[str, Any]:
    """Load which groups hold what is open, those with the most first."""
    found = reads.open_by(Incident.group_id, GROUPS)
    asked = select(WorkGroup).where(WorkGroup.id.in_([key for key, _number in found if key is not None]))
    names = {one.id: str(one) for one in session().execute(asked).scalars()}
    return _rows([(names.get(key, _("(none)")), number, _of("group", key)) for key, number in found])


def by_age(_actor: Actor) -> dict[str, Any]:
    """Load how long what nobody holds has waited."""
    labels = (_("Less than a day"), _("1 to 3 days"), _("3 to 7 days"), _("More than a week"))
    rows = []
    for label, (newer, older), number in zip(labels, AGES, unassigned_by_age(), strict=True):
        bounds: list[Condition] = [("opened_at", "last_days", newer)] if newer else []
        bounds += [("opened_at", "older", older)] if older else []
        rows.append((label, number, list_address(Incident, UNASSIGNED, *bounds, OPEN)))
    return _rows(rows)


def oldest(_actor: Actor) -> dict[str, Any]:
    """Load what has been open for longest."""
    return {"rows": reads.oldest(OLDEST), "workflow": INCIDENT, "none": _("Nothing is open.")}


def _of(relation: str, key: int | None) -> str:
    one: Condition = (relation, "empty", "") if key is None else (relation, "rel_o_m", key)
    return list_address(Incident, one, OPEN)


def _rows(rows: list[tuple[Any, int, str]]) -> dict[str, Any]:
    return {"rows": rows, "most": max((row[1] for row in rows), default=0) or 1}


_ROWS = "incident/cockpit_rows.html"
COCKPIT = [
    Tile("incident.cockpit.numbers", _l("At a glance"), "incident/cockpit_numbers.html", numbers, width=3,
         permission=COCKPIT_READ, place=10, icon="gauge", board=BOARD),
    Tile("incident.cockpit.channel", _l("Open by channel"), _ROWS, by_channel, permission=COCKPIT_READ, place=20,
         icon="antenna", board=BOARD, help=_l("By which ways it came in.")),
    Tile("incident.cockpit.age", _l("Held by nobody, by age"), _ROWS, by_age, permission=COCKPIT_READ, place=30,
         icon="clock", board=BOARD, help=_l("How long incidents wait for a holder.")),
    Tile("incident.cockpit.state", _l("Open by state"), _ROWS, by_state, permission=COCKPIT_READ, place=40,
         icon="progress", board=BOARD),
    Tile("incident.cockpit.group", _l("Open by work group"), _ROWS, by_group, permission=COCKPIT_READ, place=50,
         icon="users-group", board=BOARD, help=_l("The twelve groups that hold most.")),
    Tile("incident.cockpit.oldest", _l("Open for longest"), "incident/my_incidents.html", oldest, width=2,
         permission=COCKPIT_READ, place=60, icon="hourglass", board=BOARD),
]
