"""How work on tickets is found by what somebody types: by the words of the ticket."""

from typing import Any

from sqlalchemy import ColumnElement, select

from addons.ticket.models import Ticket, WorkEntry
from app.records.search import matching
from app.web.filters import register_search


def work_on(_model: type[Any], text: str) -> ColumnElement[bool]:
    """Return the criterion of the work on tickets that are found by what was typed."""
    return WorkEntry.ticket_id.in_(select(Ticket.id).where(matching(Ticket, text)))


register_search(WorkEntry, work_on)
