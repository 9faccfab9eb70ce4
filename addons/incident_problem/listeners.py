"""What follows from a published workaround, and from an incident that comes or comes back to one later."""

from collections.abc import Callable

from addons.incident.workflow import INCIDENT
from addons.incident_problem.events import IncidentJoined
from addons.incident_problem.services.telling import CAUSED_BY, JOB, causes_of, is_to_be_told
from addons.problem.events import WorkaroundPublished
from addons.problem.workflow import PROBLEM
from addons.ticket.events import TicketsLinked, TicketTransitioned
from app.sdk.events import announce
from app.sdk.workflow import OPEN, PAUSED


def register(subscribe: Callable[..., None], after: Callable[..., None]) -> None:
    """Tell the incidents once it is committed."""
    subscribe(TicketsLinked, joined)
    subscribe(TicketTransitioned, opened_again)
    after(WorkaroundPublished, JOB)
    after(IncidentJoined, JOB)


def joined(event: TicketsLinked) -> None:
    """Have an incident told that was linked after the workaround was published."""
    ends = (event.kind, event.source_type, event.target_type)
    if ends == (CAUSED_BY, "incident", "problem") and is_to_be_told(event.target_id):
        announce(IncidentJoined(event.target_id))


def opened_again(event: TicketTransitioned) -> None:
    """Have told what was over when its workaround was published: an incident, or all of a problem."""
    workflow = {"incident": INCIDENT, "problem": PROBLEM}.get(event.ticket_type)
    if workflow is None or workflow.category(event.source) in (OPEN, PAUSED) or (
            workflow.category(event.target) not in (OPEN, PAUSED)):
        return
    for problem_id in causes_of(event.ticket_id) if workflow is INCIDENT else [event.ticket_id]:
        if is_to_be_told(problem_id):
            announce(IncidentJoined(problem_id))
