"""Which incidents have been told of which workaround, and the problems of an incident."""

from addons.incident.models import Incident
from addons.incident_problem.models.telling import Telling
from addons.problem.models import Problem
from addons.problem.permissions import PROBLEM_READ
from app.records.linked import linked

Incident.problems = linked(Incident, "caused_by", Problem)  # type: ignore[attr-defined]
# Who sees no problems has no such column.
Incident.__guarded__ = {**Incident.__guarded__, "problems": PROBLEM_READ.key}

__all__ = ["Telling"]
