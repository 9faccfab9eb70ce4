"""What a problem has cost: the work logged on the incidents that it caused, times what an hour costs."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import func, select

from addons.incident.models import Incident
from addons.incident_problem.services.telling import incidents_of
from addons.incident_problem.settings import CURRENCY, HOUR_RATE, rate_of
from addons.ticket.models import WorkEntry
from app.db import session
from app.records.settings import setting

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Pain:
    """How many incidents a problem caused, on how many of them how many minutes were worked, and on itself.

    `rate` is what an hour costs, zero where nobody has said so.
    """

    incidents: int
    worked_on: int
    minutes: int
    own_minutes: int
    rate: Decimal
    currency: str

    @property
    def cost(self) -> Decimal:
        """What the work on the incidents cost, rounded to a hundredth once, at the end."""
        return cost_of(self.minutes, self.rate)


def cost_of(minutes: int, rate: Decimal) -> Decimal:
    """Return what so many minutes cost at a rate per hour, to a hundredth."""
    return (minutes * rate / 60).quantize(CENT, ROUND_HALF_UP)


def pain_of(problem_id: int) -> Pain:
    """Add up what a problem has cost, as far as the reader sees incidents and work; three statements."""
    linked, entry = incidents_of(problem_id), WorkEntry
    incidents = session().execute(select(func.count(Incident.id)).where(Incident.id.in_(linked))).scalar()
    worked_on, minutes = session().execute(
        select(func.count(entry.ticket_id.distinct()), func.sum(entry.minutes)).where(
            entry.ticket_id.in_(linked))).one()
    own = session().execute(select(func.sum(entry.minutes)).where(entry.ticket_id == problem_id)).scalar()
    return Pain(int(incidents or 0), int(worked_on or 0), int(minutes or 0), int(own or 0),
                rate_of(str(setting(HOUR_RATE))) or Decimal(0), str(setting(CURRENCY)))
