"""Every morning: tasks that are due, known errors and accepted risks whose day of review has come."""

from typing import Any

from addons.problem.services.reminding import remind_some
from app.db import unit_of_work
from app.records.lists import today
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.jobs import Again, Job, is_stopping

NAME = "problem.remind"


def remind(_payload: dict[str, Any]) -> None:
    """Remind people of what has come; a day that the desk was off is made up for with the next run."""
    while _some():
        if is_stopping():
            raise Again


def _some() -> bool:
    with unit_of_work(write=True), acting_as(SYSTEM, via="job", cause=NAME):
        return remind_some(today())


JOBS = [Job(NAME, remind, cron="10 8 * * *", timezone="Asia/Shanghai")]
