"""What imports and exports have alike: a run that a job takes up, as whoever asked for it is by then."""

from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import unit_of_work
from app.exchange.models import FAILED, RUNNING, UNDER_WAY, ExportRun, ImportRun
from app.sdk import clock
from app.sdk.actor import Actor
from app.security import accounts

Run = TypeVar("Run", ImportRun, ExportRun)


def locked(unit: Session, kind: type[Run], run_id: int) -> Run | None:
    """Return a run, locked; None where it is gone."""
    return unit.execute(select(kind).where(kind.id == run_id).with_for_update()).scalar_one_or_none()


def begin(kind: type[Run], run_id: int) -> tuple[Run, Actor] | None:
    """Take a run up, and return it with whose it is; None where it is over. It fails where they may not log in."""
    with unit_of_work(write=True) as unit:
        run = locked(unit, kind, run_id)
        if run is None or run.state not in UNDER_WAY:
            return None
        run.state = RUNNING
        unit.flush()
        account = accounts.present_account(run.user_id)
        if account is None:
            run.state, run.ended_at = FAILED, clock.now()
            return None
        unit.expunge(run)
    return run, account.actor
