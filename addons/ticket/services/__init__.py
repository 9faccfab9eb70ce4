"""Rules that tickets of every type share, and those of the service tree."""

from addons.ticket.services import clearance, open_work  # what leavers hold, how open tickets are counted
from addons.ticket.services.catalogue import (
    channel_service,
    offering_service,
    priority_rule_service,
    service_family_service,
    service_service,
)
from addons.ticket.services.ticket import TicketService
from addons.ticket.services.work import work_entry_service

__all__ = [
    "TicketService",
    "channel_service",
    "clearance",
    "offering_service",
    "open_work",
    "priority_rule_service",
    "service_family_service",
    "service_service",
    "work_entry_service",
]
