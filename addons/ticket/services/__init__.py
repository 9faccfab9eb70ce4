"""Rules that tickets of every type share."""

from addons.ticket.services.ticket import TicketService

__all__ = ["TicketService"]
