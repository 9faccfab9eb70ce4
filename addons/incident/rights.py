"""Incidents are a ticket type: their rows are seen by the tickets' rule."""

from addons.ticket.rights import register_ticket_type

register_ticket_type("incident")
