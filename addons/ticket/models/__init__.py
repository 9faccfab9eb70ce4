"""Tables of tickets, services and channels."""

from addons.ticket.models.channel import Channel
from addons.ticket.models.priority_rule import PriorityRule
from addons.ticket.models.service import Service, ServiceFamily, ServiceOffering
from addons.ticket.models.ticket import Ticket
from addons.ticket.models.work_entry import WorkEntry

__all__ = ["Channel", "PriorityRule", "Service", "ServiceFamily", "ServiceOffering", "Ticket", "WorkEntry"]
