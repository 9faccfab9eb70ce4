"""How tickets are found by what somebody types: by the words of the number, title, texts and references."""

from addons.ticket.models import Ticket
from app.records.search import matching
from app.web.filters import register_search

register_search(Ticket, matching)
