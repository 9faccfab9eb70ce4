"""What a mail may say of a ticket: nothing internal, and of a confidential one its number only."""

from collections.abc import Mapping
from typing import Any

from flask_babel import format_datetime
from sqlalchemy import select

from addons.ticket import repositories
from addons.ticket.models import Ticket
from addons.ticket.services.merged import beyond, solution_of
from app.db import session
from app.sdk.confidentiality import NORMAL
from app.sdk.notices import RecordFacts

NAMED = ("caller", "service", "priority", "group", "assignee")


def ticket_facts(record_type: str, record_id: int, params: Mapping[str, Any]) -> RecordFacts | None:
    """Return the facts of a ticket, in the language that holds now; None where it is no ticket, or gone."""
    statement = select(Ticket).where(Ticket.id == record_id, Ticket.type == record_type, Ticket.deleted_at.is_(None))
    ticket = session().execute(statement).scalar_one_or_none()
    if ticket is None:
        return None
    if ticket.confidentiality != NORMAL:
        return RecordFacts(ticket.number, is_confidential=True)
    related = {name: getattr(ticket, name) for name in NAMED}
    values = {name: str(value) if value is not None else "" for name, value in related.items()}
    entry = params.get("entry") or repositories.latest_reply(record_type, record_id)
    moments = {"opened": ticket.opened_at, "answer_by": ticket.answer_by}
    values |= {name: format_datetime(value, "medium") if value is not None else "" for name, value in moments.items()}
    there = beyond(ticket)
    solution = getattr(ticket, "solution", None) or (solution_of(there) if there is not None else "")
    return RecordFacts(
        ticket.number, {"title": ticket.title, "survivor": there.number if there is not None else "", **values},
        {"text": repositories.reply_text(entry), "solution": solution})


def find_ticket(number: str) -> tuple[str, int] | None:
    """Return (type, id) of the ticket with a number, or of the latest, as far as the reader sees it."""
    statement = select(Ticket.type, Ticket.id).where(Ticket.deleted_at.is_(None))
    statement = statement.where(Ticket.number == number) if number else statement.order_by(Ticket.id.desc()).limit(1)
    row = session().execute(statement).first()
    return (row[0], row[1]) if row is not None else None
