"""Known errors beside the form of an incident, the problems behind what people call about, and what those cost."""

from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, select

from addons.incident.models import Incident
from addons.incident_problem.services import pain
from addons.incident_problem.services.matching import like
from addons.incident_problem.services.telling import CAUSED_BY
from addons.incident_problem.settings import HOUR_RATE, rate_of
from addons.incident_problem.views.panels import money
from addons.problem.models import Problem
from addons.problem.permissions import PROBLEM_READ, PROBLEM_SEE_INTERNAL
from addons.problem.services.known_errors import is_offered
from addons.problem.workflow import PROBLEM
from addons.ticket.panels.work_log import time_text
from addons.ticket.permissions import WORK_ENTRY_READ
from app.db import session
from app.records.links import RecordLink
from app.records.settings import setting
from app.sdk.actor import Actor
from app.sdk.i18n import _l
from app.sdk.workflow import OPEN, PAUSED
from app.web.slots import SlotItem
from app.web.tiles import Tile

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


def dearest(_actor: Actor) -> dict[str, Any]:
    """Load the open problems whose incidents cost most, with what they cost, or how long they took."""
    minutes = pain.dearest(SHOWN)
    found = {row.id: row for row in session().execute(
        select(Problem).where(Problem.id.in_([key for key, _minutes in minutes]))).scalars()} if minutes else {}
    rate = rate_of(str(setting(HOUR_RATE))) or Decimal(0)
    return {"workflow": PROBLEM, "rows": [
        (found[key], money(pain.cost_of(number, rate)) if rate else time_text(number)) for key, number in minutes]}


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
    Tile("incident_problem.dearest", _l("What costs most"), "incident_problem/tile_dearest.html", dearest, width=3,
         permission=WORK_ENTRY_READ, place=lambda actor: 72 if actor.can(PROBLEM_SEE_INTERNAL) else None, icon="coin",
         board="cockpit", help=_l("Open problems by the work that was logged on their incidents.")),
    SlotItem("company.card", "incident_problem/card.html", problems_of_company, permission=PROBLEM_READ, sequence=20),
]
