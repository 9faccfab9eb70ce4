"""Known errors beside the form in which an incident is logged: what its title speaks of, with the workaround."""

from typing import Any

from sqlalchemy import select

from addons.problem.models import Problem
from addons.problem.permissions import PROBLEM_READ
from app.db import session
from app.records.similar import similar
from app.sdk.actor import Actor
from app.sdk.workflow import OPEN, RESOLVED
from app.web.slots import SlotItem

MOST = 3


def known_errors(typed: dict[str, str], _actor: Actor) -> dict[str, Any]:
    """Load the published workarounds that may help; nothing where none does."""
    ids = similar(Problem, typed.get("title", ""), Problem.published_at.is_not(None),
                  Problem.state_category.in_((OPEN, RESOLVED)), limit=MOST)
    if not ids:
        return {}
    rows = {row.id: row for row in session().execute(select(Problem).where(Problem.id.in_(ids))).scalars()}
    return {"rows": [rows[key] for key in ids if key in rows]}


SLOTS = [SlotItem("incident.hints", "incident_problem/known_errors.html", known_errors, permission=PROBLEM_READ)]
