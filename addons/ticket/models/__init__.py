"""Tables of tickets, services and channels."""

from addons.ticket.models.channel import Channel
from addons.ticket.models.priority_rule import PriorityRule
from addons.ticket.models.service import Service, ServiceFamily, ServiceOffering
from addons.ticket.models.ticket import Ticket

__all__ = ["Channel", "PriorityRule", "Service", "ServiceFamily", "ServiceOffering", "Ticket"]
