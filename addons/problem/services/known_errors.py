"""The known errors: workarounds that were published, and are offered until nobody needs them any more."""

from sqlalchemy import ColumnElement, and_

from addons.problem.models import Problem
from addons.problem.workflow import PROBLEM, ProblemState
from app.sdk.workflow import CLOSED


def is_offered(problem: Problem) -> bool:
    """Say whether a problem's workaround is published and not retired."""
    return problem.published_at is not None and problem.retired_at is None


def in_use() -> ColumnElement[bool]:
    """Return the criterion of the known errors that people are offered; a risk that was accepted keeps its own."""
    over = [code for code in PROBLEM.codes(CLOSED) if PROBLEM.base(code) != ProblemState.RISK_ACCEPTED]
    return and_(Problem.published_at.is_not(None), Problem.retired_at.is_(None), Problem.state.not_in(over))
