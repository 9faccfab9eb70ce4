"""What is counted of problems, under the reader's row rights; one statement."""

from datetime import date

from sqlalchemy import and_, case, func, select

from addons.problem.models import Problem
from app.db import session
from app.sdk.workflow import OPEN, PAUSED


def numbers(today: date) -> dict[str, int]:
    """Return how many problems are open, and how many of them lack a holder or a cause, are published, are overdue."""
    is_open = Problem.state_category.in_((OPEN, PAUSED))
    wanted = {
        "open": is_open, "unassigned": and_(is_open, Problem.assignee_id.is_(None)),
        "no_cause": and_(is_open, Problem.root_cause_code_id.is_(None)),
        "published": and_(is_open, Problem.published_at.is_not(None)),
        "overdue": and_(is_open, Problem.review_on < today),
    }
    counted = select(*(func.sum(case((one, 1), else_=0)) for one in wanted.values())).select_from(Problem)
    row = session().execute(counted.where(is_open)).one()
    return {name: int(number or 0) for name, number in zip(wanted, row, strict=True)}
