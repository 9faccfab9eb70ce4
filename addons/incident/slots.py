"""What incidents show on other pages: one's own open ones and one's groups' queues on the start page."""

from typing import Any

from addons.incident import repositories
from addons.incident.permissions import INCIDENT_READ
from addons.incident.workflow import INCIDENT
from app.sdk.actor import Actor
from app.web.slots import SlotItem

SHOWN = 8
LIST = "/incident/incidents/list/"
_OPEN_ONLY = "".join(f"&_flt_1_state={code}" for code in INCIDENT.codes("resolved", "closed"))


def my_incidents(_item: Any, actor: Actor) -> dict[str, Any]:
    """Load the open incidents that the reader holds."""
    rows = [] if actor.person_id is None else repositories.open_incidents_of(actor.person_id, SHOWN + 1)
    return {"rows": rows[:SHOWN], "has_more": len(rows) > SHOWN, "workflow": INCIDENT,
            "url": f"{LIST}?_flt_0_assignee={actor.person_id}{_OPEN_ONLY}"}


def group_queues(_item: Any, actor: Actor) -> dict[str, Any]:
    """Load the open work of the reader's groups."""
    queues = repositories.queues_of(actor.group_ids)
    return {"queues": [(queue, f"{LIST}?_flt_0_group={queue.group_id}{_OPEN_ONLY}") for queue in queues]}


SLOTS = [
    SlotItem("home.tiles", "incident/my_incidents.html", my_incidents, permission=INCIDENT_READ, sequence=10),
    SlotItem("home.tiles", "incident/group_queues.html", group_queues, permission=INCIDENT_READ, sequence=20),
]
