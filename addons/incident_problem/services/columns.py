"""What problems have cost as columns of theirs: read when the addon is loaded."""

from addons.incident.permissions import INCIDENT_READ
from addons.incident_problem.services.pain import costs_of
from addons.problem.models import Problem
from addons.ticket.permissions import WORK_ENTRY_READ
from app.records.computed import Computed

COLUMNS = ["incident_count", "incident_minutes", "incident_cost", "cost_currency"]

Problem.incident_count = Computed(costs_of, lambda pain: pain.incidents)  # type: ignore[attr-defined]
Problem.incident_minutes = Computed(costs_of, lambda pain: pain.minutes)  # type: ignore[attr-defined]
# Nothing where nobody has said what an hour costs.
Problem.incident_cost = Computed(costs_of, lambda pain: pain.cost if pain.rate else None)  # type: ignore[attr-defined]
Problem.cost_currency = Computed(costs_of, lambda pain: pain.currency if pain.rate else None)  # type: ignore[attr-defined]
# Who sees no incidents, or no work, has no such columns.
Problem.__guarded__ = {**Problem.__guarded__, "incident_count": INCIDENT_READ.key,
                       **dict.fromkeys(("incident_minutes", "incident_cost", "cost_currency"), WORK_ENTRY_READ.key)}
