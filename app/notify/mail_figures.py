"""How mails fare at this moment: for the page of the system's state."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, case, func, or_, select

from app.db import session
from app.notify.models import FAILED, WAITING, Mail
from app.sdk import clock

RECENT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Figures:
    """How many wait, how many of those were tried in vain, how old the oldest is; how many failed within RECENT."""

    waiting: int
    failing: int
    oldest: timedelta
    failed: int


def read() -> Figures:
    """Read them: one statement, by the index of states."""
    waits, now = Mail.state == WAITING, clock.now()
    failed = and_(Mail.state == FAILED, Mail.created_at > now - RECENT)
    statement = select(
        func.sum(case((waits, 1), else_=0)), func.sum(case((and_(waits, Mail.attempts > 0), 1), else_=0)),
        func.min(case((waits, Mail.created_at))), func.sum(case((failed, 1), else_=0)),
    ).where(or_(waits, failed))
    row = session().execute(statement).one()
    oldest = max(now - row[2], timedelta()) if row[2] is not None else timedelta()
    return Figures(int(row[0] or 0), int(row[1] or 0), oldest, int(row[3] or 0))
