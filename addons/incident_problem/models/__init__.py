"""Which incidents have been told of which workaround, and the problems of an incident."""

from sqlalchemy import and_
from sqlalchemy.orm import foreign, relationship

from addons.incident.models import Incident
from addons.incident_problem.models.telling import Telling
from addons.problem.models import Problem
from addons.problem.permissions import PROBLEM_READ
from app.records.links import RecordLink

_link = RecordLink
# For the column of the list: seen by the reader's rights, in one statement for all rows.
Incident.problems = relationship(  # type: ignore[attr-defined]
    Problem, secondary=_link.__table__, viewonly=True, lazy="select", order_by=Problem.id,
    primaryjoin=and_(foreign(_link.source_id) == Incident.id, _link.source_type == "incident",
                     _link.kind == "caused_by"),
    secondaryjoin=and_(foreign(_link.target_id) == Problem.id, _link.target_type == "problem"),
)
# Who sees no problems has no such column.
Incident.__guarded__ = {**Incident.__guarded__, "problems": PROBLEM_READ.key}

__all__ = ["Telling"]
