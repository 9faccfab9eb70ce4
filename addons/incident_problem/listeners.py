"""What follows from a published workaround, and from an incident that comes to one later."""

from collections.abc import Callable

from addons.incident_problem.events import IncidentJoined
from addons.incident_problem.services.telling import CAUSED_BY, JOB, is_to_be_told
from addons.problem.events import WorkaroundPublished
from addons.ticket.events import TicketsLinked
from app.sdk.events import announce


def register(subscribe: Callable[..., None], after: Callable[..., None]) -> None:
    """Tell the incidents once it is committed."""
    subscribe(TicketsLinked, joined)
    after(WorkaroundPublished, JOB)
    after(IncidentJoined, JOB)


def joined(event: TicketsLinked) -> None:
    """Have an incident told that was linked after the workaround was published."""
    ends = (event.kind, event.source_type, event.target_type)
    if ends == (CAUSED_BY, "incident", "problem") and is_to_be_told(event.target_id):
        announce(IncidentJoined(event.target_id))
