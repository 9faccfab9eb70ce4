"""The problems of an incident, and the incidents of a problem."""

from typing import Any

from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.permissions import INCIDENT_READ
from addons.incident.workflow import INCIDENT
from addons.problem.models import Problem
from addons.problem.permissions import PROBLEM_READ
from addons.problem.workflow import PROBLEM
from app.db import session
from app.records.links import RecordLink
from app.sdk.actor import Actor
from app.sdk.i18n import _l
from app.web.panels import Panel

MOST = 100


class ProblemsPanel(Panel):
    """What is thought to be the cause of an incident, with the workaround to use meanwhile."""

    key, title, template, permission = "problems", _l("Problems"), "incident_problem/problems.html", PROBLEM_READ

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        link = RecordLink
        linked = select(link.target_id).where(
            link.kind == "caused_by", link.source_type == "incident", link.source_id == item.id,
            link.target_type == "problem")
        rows = session().execute(select(Problem).where(Problem.id.in_(linked)).order_by(Problem.id).limit(MOST))
        return {"rows": list(rows.scalars()), "workflow": PROBLEM}


class IncidentsPanel(Panel):
    """What a problem has caused, open first."""

    key, title, template, permission = "incidents", _l("Incidents"), "incident_problem/incidents.html", INCIDENT_READ

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        link = RecordLink
        linked = select(link.source_id).where(
            link.kind == "caused_by", link.source_type == "incident", link.target_type == "problem",
            link.target_id == item.id)
        order = (Incident.closed_at.is_not(None), Incident.opened_at.desc(), Incident.id.desc())
        rows = list(session().execute(
            select(Incident).where(Incident.id.in_(linked)).order_by(*order).limit(MOST + 1)).scalars())
        return {"rows": rows[:MOST], "has_more": len(rows) > MOST, "workflow": INCIDENT}
