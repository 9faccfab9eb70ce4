"""What a problem has cost: the work logged on the incidents that it caused, times what an hour costs."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import and_, func, select

from addons.incident.models import Incident
from addons.incident_problem.services.telling import CAUSED_BY
from addons.incident_problem.settings import CURRENCY, HOUR_RATE, rate_of
from addons.problem.models import Problem
from addons.problem.permissions import PROBLEM_SEE_INTERNAL
from addons.ticket.models import WorkEntry
from app.db import session
from app.records.links import RecordLink
from app.records.settings import setting
from app.sdk.actor import current_actor
from app.sdk.workflow import OPEN, PAUSED

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
    return pains_of([problem_id])[problem_id]


def pains_of(ids: list[int]) -> dict[int, Pain]:
    """Add up what each of some problems has cost, as far as the reader sees incidents and work; three statements."""
    link, entry = RecordLink, WorkEntry
    caused = (link.kind == CAUSED_BY, link.source_type == "incident", link.target_type == "problem",
              link.target_id.in_(ids))
    incidents = _by_id(select(link.target_id, func.count(Incident.id)).join(
        Incident, Incident.id == link.source_id).where(*caused).group_by(link.target_id))
    worked = _by_id(select(link.target_id, func.count(entry.ticket_id.distinct()), func.sum(entry.minutes)).join(
        entry, entry.ticket_id == link.source_id).where(*caused).group_by(link.target_id))
    own = _by_id(select(entry.ticket_id, func.sum(entry.minutes)).where(
        entry.ticket_id.in_(ids)).group_by(entry.ticket_id))
    rate, currency = rate_of(str(setting(HOUR_RATE))) or Decimal(0), str(setting(CURRENCY))
    return {key: Pain(*incidents.get(key, (0,)), *worked.get(key, (0, 0)), *own.get(key, (0,)), rate, currency)
            for key in ids}


def costs_of(ids: list[int]) -> dict[int, Pain]:
    """Return what `pains_of` finds for those who see the inside of problems, nothing for others: as on the page."""
    return pains_of(ids) if current_actor().can(PROBLEM_SEE_INTERNAL) else {}


def dearest(limit: int) -> list[tuple[int, int]]:
    """Return (id, minutes) of the open problems on whose incidents the reader sees most work; one statement."""
    link, entry = RecordLink, WorkEntry
    minutes = func.sum(entry.minutes)
    found = session().execute(select(Problem.id, minutes).join(
        link, and_(link.kind == CAUSED_BY, link.source_type == "incident", link.target_type == "problem",
                   link.target_id == Problem.id)).join(entry, entry.ticket_id == link.source_id).where(
        Problem.state_category.in_((OPEN, PAUSED))).group_by(Problem.id).order_by(
        minutes.desc(), Problem.id).limit(limit))
    return [(key, int(number)) for key, number in found]


def _by_id(statement: Any) -> dict[int, tuple[int, ...]]:
    return {row[0]: tuple(int(number) for number in row[1:]) for row in session().execute(statement)}
