"""What a leaver holds in incidents beside what every ticket has: those that were reported on their behalf."""

from sqlalchemy import Select, select

from addons.incident.models import Incident
from addons.incident.services.incident import incident_service
from addons.ticket.services.open_work import UNDONE
from app.organisation.clearance import KEEP, Line, register
from app.organisation.models import Person
from app.sdk.actor import Actor
from app.sdk.i18n import _l


def on_behalf(person_id: int) -> Select[int]:
    """Select the open incidents that somebody else reported for a person."""
    return select(Incident.id).where(
        Incident.on_behalf_of_id == person_id, Incident.state_category.in_(UNDONE)).order_by(Incident.id)


def _hand(actor: Actor, _person: Person, row_id: int, to: Person | None) -> None:
    incident_service.update(actor, row_id, {"on_behalf_of": to.id if to is not None else None})


register(Line("incident.on_behalf", _l("Open incidents on their behalf"), Incident, on_behalf, _hand,
              _l("On nobody's behalf"), KEEP, sequence=215))
