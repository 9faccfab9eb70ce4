"""What incidents keep of a person beside the reference to them: the number under which they could be called back."""

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from addons.incident.models import Incident
from addons.ticket.models import Ticket
from app.organisation.personal_data import Audit, Store, Subject, register, register_kept
from app.sdk.i18n import _l


def remove_numbers(session: Session, subject: Subject) -> int:
    """Remove the number to call back from incidents of a person, closed ones as well."""
    incidents, tickets = Incident.__table__, Ticket.__table__
    theirs = or_(tickets.c.caller_id.in_(subject.ids), incidents.c.on_behalf_of_id.in_(subject.ids))
    ids = list(session.connection().execute(
        select(incidents.c.id).join(tickets, tickets.c.id == incidents.c.id).where(theirs)).scalars())
    for key in ids:
        subject.audited[("incident", key)] = Audit(drop=frozenset({"contact_phone"}))
    number = 0
    for start in range(0, len(ids), 500):
        number += session.connection().execute(update(incidents).where(
            incidents.c.id.in_(ids[start:start + 500]), incidents.c.contact_phone.is_not(None)).values(
            contact_phone=None)).rowcount
    return number


def tickets_of(session: Session, subject: Subject) -> int:
    """Return how many tickets a person called about; they stay."""
    table = Ticket.__table__
    return int(session.connection().execute(select(func.count()).select_from(table).where(
        table.c.caller_id.in_(subject.ids))).scalar_one())


register(Store("incident.numbers", _l("Numbers to call back on incidents"), remove_numbers, 45))
register_kept("incident.called", _l("Tickets that they called about"), tickets_of)
