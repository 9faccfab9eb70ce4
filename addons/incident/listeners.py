"""What a caller's reply does to an incident."""

from collections.abc import Callable

from addons.incident.services import incident_service
from addons.ticket.events import TicketNoted
from app.sdk.actor import current_actor


def register(subscribe: Callable[..., None], _after: Callable[..., None]) -> None:
    """Listen to what is written about incidents."""
    subscribe(TicketNoted, go_on)


def go_on(event: TicketNoted) -> None:
    """Go on with what waited for its caller, where it is they who wrote."""
    if event.ticket_type == "incident" and event.is_public:
        incident_service.caller_wrote(current_actor(), event.survivor_id or event.ticket_id)
