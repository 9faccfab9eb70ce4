"""What a leaver holds in tickets and services: open tickets by their part in them, services that they answer for."""

from typing import Any

from sqlalchemy import Select, select

from addons.ticket.models import Service, Ticket
from addons.ticket.services.catalogue import service_service
from addons.ticket.services.open_work import UNDONE
from app.db import session
from app.organisation.clearance import KEEP, NONE, Line, register
from app.organisation.models import Person
from app.records.links import Watcher
from app.records.service import services
from app.sdk.actor import Actor
from app.sdk.errors import BusinessError, Conflict
from app.sdk.i18n import _, _l


def of_column(column: str) -> Any:
    """Return what selects the open tickets that have a person in a column."""

    def held(person_id: int) -> Select[Any]:
        theirs = getattr(Ticket, column) == person_id
        return select(Ticket.id).where(theirs, Ticket.state_category.in_(UNDONE)).order_by(Ticket.id)

    return held


def watched(person_id: int) -> Select[Any]:
    """Select what makes a person watch open tickets."""
    is_it = (Ticket.id == Watcher.record_id) & (Ticket.type == Watcher.record_type)
    return select(Watcher.id).join(Ticket, is_it).where(
        Watcher.person_id == person_id, Ticket.state_category.in_(UNDONE), Ticket.deleted_at.is_(None)).order_by(
        Watcher.id)


def watched_titles(ids: list[int]) -> dict[int, str]:
    """Return {watching: the ticket}."""
    rows = session().execute(select(Watcher.id, Ticket.number, Ticket.title).join(
        Ticket, (Ticket.id == Watcher.record_id) & (Ticket.type == Watcher.record_type)).where(Watcher.id.in_(ids)))
    return {row[0]: f"{row[1]} {row[2]}" for row in rows}


def _service_of(ticket_id: int) -> tuple[Any, Any]:
    ticket = session().get(Ticket, ticket_id)
    service = services.get(ticket.type) if ticket is not None else None
    if ticket is None or service is None:
        raise Conflict(_("The addon of this record is switched off."))
    return service, ticket


def _hand_held(actor: Actor, _person: Person, row_id: int, to: Person | None) -> None:
    # By the steps of the life cycle, so that the change of hands is in the timeline and in the intervals.
    service, ticket = _service_of(row_id)
    leading = {step.action for step in service.workflow.steps(ticket.state, ticket.kind)}
    step = next((one for one in ("assign", "transfer") if one in leading), None)
    if step is None:
        raise Conflict(_("%(record)s cannot be handed over in its state.", record=ticket.number))
    values = {"group_id": ticket.group_id, "assignee_id": to.id if to is not None else None,
              "reason": _("Whoever held it leaves.")}
    try:
        service.transition(actor, row_id, step, values)
    except BusinessError as refusal:
        told = " ".join(dict.fromkeys(refusal.fields.values())) or refusal.message
        raise Conflict(_("%(record)s: %(why)s", record=ticket.number, why=told)) from refusal


def _hand_called(actor: Actor, _person: Person, row_id: int, to: Person | None) -> None:
    service, _ticket = _service_of(row_id)
    service.update(actor, row_id, {"caller": to.id if to is not None else None})


def _hand_watched(actor: Actor, person: Person, row_id: int, to: Person | None) -> None:
    watching = session().get(Watcher, row_id)
    if watching is None:
        return
    service, ticket = _service_of(watching.record_id)
    if to is not None:
        service.watch(actor, ticket.id, to.id)
    service.unwatch(actor, ticket.id, person.id)


def _hand_service(actor: Actor, _person: Person, row_id: int, to: Person | None) -> None:
    service_service.update(actor, row_id, {"owner": to.id if to is not None else None})


def _theirs(relation: str) -> Any:
    return lambda person_id: ((relation, "rel_o_m", person_id), ("state", "open", "1"))


def _services(person_id: int) -> Select[Any]:
    return select(Service.id).where(Service.owner_id == person_id).order_by(Service.id)


LINES = [
    Line("ticket.held", _l("Open tickets that they hold"), Ticket, of_column("assignee_id"), _hand_held,
         _l("Back to the work group"), conditions=_theirs("assignee"), sequence=200),
    Line("ticket.called", _l("Open tickets that they called about"), Ticket, of_column("caller_id"), _hand_called,
         proposed=KEEP, conditions=_theirs("caller"), sequence=210),
    Line("ticket.watched", _l("Open tickets that they watch"), Watcher, watched, _hand_watched,
         _l("Nobody watches in their place"), proposed=NONE, shown=watched_titles, sequence=220),
    Line("service.owned", _l("Services that they answer for"), Service, _services, _hand_service,
         _l("Nobody answers for the service"), sequence=230,
         conditions=lambda person_id: (("owner", "rel_o_m", person_id),)),
]
for one in LINES:
    register(one)
