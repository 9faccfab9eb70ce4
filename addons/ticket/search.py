"""How tickets are found by what somebody types: the beginning of the number, or words of the title."""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from addons.ticket.models import Ticket
from app.web.filters import register_search

MAX_WORDS = 6


def find_tickets(model: type[Any], text: str) -> ColumnElement[bool]:
    """Return the tickets whose number or outside reference begins with the text, or whose title has all its words."""
    words = text.split()[:MAX_WORDS]
    in_title = and_(*(model.title.icontains(word, autoescape=True) for word in words))
    begins = [column.istartswith(text.strip(), autoescape=True) for column in (model.number, model.external_reference)]
    return or_(*begins, in_title)


register_search(Ticket, find_tickets)
