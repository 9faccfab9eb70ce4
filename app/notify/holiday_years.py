"""Telling those who look after calendars that the holidays of a year are missing: each of them once a list and year."""

from datetime import date
from typing import Any

from sqlalchemy import select

from app.db import session, unit_of_work, upsert
from app.notify.holders import holders
from app.notify.service import notify
from app.records import calendar_doubts
from app.records.calendar_reads import desk_calendar
from app.records.holidays import HolidayCalendar
from app.records.permissions import CALENDAR_WRITE
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.i18n import _l
from app.sdk.jobs import Job
from app.sdk.notices import NoticeKind
from app.security.models import UserChoice

KIND = "calendars.year_missing"
# What a user was told already: {"<list>:<year>": true}. A notice may be cleared away before the year has come.
TOLD = "calendars.told"
NOTICES = [NoticeKind(KIND, _l("The holidays of a year are missing from a list"),
                      _l("The list “%(list)s” lacks the holidays of %(year)s. Bring them in from a file."),
                      "calendar-event")]


def tell(today: date) -> int:
    """Tell of each missing year whoever may change calendars and was not told before; return how many notices.

    Needs a writing unit of work.
    """
    missing = {f"{one.holiday_calendar_id}:{one.year}": one for one in calendar_doubts.missing(today)}
    if not missing:
        return 0
    names = dict(session().execute(select(HolidayCalendar.id, HolidayCalendar.name)).all())
    number, people = 0, holders(CALENDAR_WRITE)
    known = _told(set(people))
    for key, one in missing.items():
        new = {user: person for user, person in people.items() if key not in known.get(user, {})}
        number += notify(new.values(), KIND, url=f"/records/holidays/show/{one.holiday_calendar_id}", year=one.year,
                         list=names.get(one.holiday_calendar_id))
        for user in new:
            known[user] = {**known.get(user, {}), key: True}
    upsert.put(session(), UserChoice, [{"user_id": user, "key": TOLD, "value": value} for user, value in known.items()],
               unique=("user_id", "key"))
    return number


def _told(users: set[int]) -> dict[int, dict[str, bool]]:
    rows = session().execute(
        select(UserChoice.user_id, UserChoice.value).where(UserChoice.key == TOLD, UserChoice.user_id.in_(users)))
    return {row[0]: dict(row[1]) for row in rows if isinstance(row[1], dict)}


def tell_today(_payload: dict[str, Any]) -> None:
    """Tell of the years that are missing today, as the desk's own calendar has it."""
    with unit_of_work(write=True), acting_as(SYSTEM, via="job", cause="platform.tell_missing_years"):
        desk = desk_calendar()
        now = clock.now()
        tell((now.astimezone(desk.calendar.zone) if desk is not None else now).date())


JOBS = [Job("platform.tell_missing_years", tell_today, cron="7 8 * * *", timezone="Asia/Shanghai")]
