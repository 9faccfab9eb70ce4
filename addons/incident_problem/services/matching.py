"""Known errors that may explain an incident."""

from typing import Any

from sqlalchemy import ColumnElement, select

from addons.incident_problem.services.telling import problems_of
from addons.problem.models import Problem
from addons.problem.services.known_errors import in_use
from app.db import session
from app.records.similar import similar

MOST = 3


def like(text: str, *where: ColumnElement[bool]) -> list[Problem]:
    """Return the known errors in use that speak of the same as a text, the likest first; two statements at most."""
    ids = similar(Problem, text, in_use(), *where, limit=MOST)
    if not ids:
        return []
    rows = {row.id: row for row in session().execute(select(Problem).where(Problem.id.in_(ids))).scalars()}
    return [rows[key] for key in ids if key in rows]


def matching(incident: Any) -> list[Problem]:
    """Return the known errors that may explain an incident and are not linked with it yet."""
    return like(incident.title, Problem.id.not_in(problems_of(incident.id)))
