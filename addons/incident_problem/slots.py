"""Known errors beside the form in which an incident is logged: what its title speaks of, with the workaround."""

from typing import Any

from addons.incident_problem.services.matching import like
from addons.problem.permissions import PROBLEM_READ
from addons.problem.workflow import PROBLEM
from app.sdk.actor import Actor
from app.web.slots import SlotItem


def known_errors(typed: dict[str, str], _actor: Actor) -> dict[str, Any]:
    """Load the published workarounds that may help; nothing where none does."""
    rows = like(typed.get("title", ""))
    return {"rows": rows, "workflow": PROBLEM} if rows else {}


SLOTS = [SlotItem("incident.hints", "incident_problem/known_errors.html", known_errors, permission=PROBLEM_READ)]
