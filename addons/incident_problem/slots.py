"""Known errors beside the form of an incident, and the problems behind what a caller or a company has called about."""

from typing import Any

from sqlalchemy import ColumnElement, select

from addons.incident.models import Incident
from addons.incident_problem.services.matching import like
from addons.incident_problem.services.telling import CAUSED_BY
from addons.problem.models import Problem
from addons.problem.permissions import PROBLEM_READ
from addons.problem.services.known_errors import is_offered
from addons.problem.workflow import PROBLEM
from app.db import session
from app.records.links import RecordLink
from app.sdk.actor import Actor
from app.sdk.workflow import OPEN, PAUSED
from app.web.slots import SlotItem

SHOWN = 5


def known_errors(typed: dict[str, str], _actor: Actor) -> dict[str, Any]:
    """Load the published workarounds that may help; nothing where none does."""
    rows = like(typed.get("title", ""))
    return {"rows": rows, "workflow": PROBLEM} if rows else {}


def problems_of_caller(person: Any, _actor: Actor) -> dict[str, Any]:
    """Load the open problems behind a person's incidents."""
    return _behind(Incident.caller_id == person.id)


def problems_of_company(company: Any, _actor: Actor) -> dict[str, Any]:
    """Load the open problems behind a company's incidents."""
    return _behind(Incident.company_id == company.id)


def _behind(whose: ColumnElement[bool]) -> dict[str, Any]:
    link = RecordLink
    linked = select(link.target_id).join(Incident, Incident.id == link.source_id).where(
        link.kind == CAUSED_BY, link.source_type == "incident", link.target_type == "problem", whose)
    wanted = select(Problem).where(Problem.id.in_(linked), Problem.state_category.in_((OPEN, PAUSED)))
    rows = list(session().execute(
        wanted.order_by(Problem.opened_at.desc(), Problem.id.desc()).limit(SHOWN + 1)).scalars())
    return {"rows": rows[:SHOWN], "has_more": len(rows) > SHOWN, "workflow": PROBLEM, "is_offered": is_offered}


SLOTS = [
    SlotItem("incident.hints", "incident_problem/known_errors.html", known_errors, permission=PROBLEM_READ),
    SlotItem("caller.card", "incident_problem/card.html", problems_of_caller, permission=PROBLEM_READ, sequence=20),
    SlotItem("company.card", "incident_problem/card.html", problems_of_company, permission=PROBLEM_READ, sequence=20),
]
