"""By which policy a solved incident is closed, and how long its customer may take to answer."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from addons.incident.models import ClosingPolicy, Incident
from addons.incident.models.closing_policy import MODES, NEEDED, WORK
from addons.incident.permissions import CLOSING_POLICY_WRITE
from addons.ticket.models import Service
from app.db import session
from app.organisation.calendars import calendar_for
from app.records.lists import check_choices, listed
from app.records.service import RecordService
from app.records.settings import setting
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.calendars import Calendar, day_of
from app.sdk.errors import InvalidField
from app.sdk.i18n import _

CATEGORY = "ticket.category"
_LONGEST = 366 * 2  # days


class ClosingPolicyService(RecordService[ClosingPolicy]):
    """The policies of categories."""

    def prepare(self, actor: Actor, record: ClosingPolicy, values: Mapping[str, Any]) -> None:
        check_choices(session(), values, {"category_id": CATEGORY})
        if record.mode not in MODES:
            raise InvalidField("mode", _("Choose an entry of the list."))
        if record.work is not None and record.work not in WORK:
            raise InvalidField("work", _("Choose an entry of the list."))


closing_policy_service = ClosingPolicyService(
    ClosingPolicy, CLOSING_POLICY_WRITE, {"category", "mode", "work"}, {"category_id", "mode"})


def policy_of(category_id: int | None) -> str:
    """Return the mode that holds for a category: its own, else that of the nearest one above, else the setting."""
    return str(_nearest(category_id, ClosingPolicy.mode) or setting("incident.closing"))


def work_needed(category_id: int | None) -> bool:
    """Say whether work must be logged before incidents of a category are resolved; found as the mode is."""
    said = _nearest(category_id, ClosingPolicy.work)
    return bool(setting("incident.work_needed")) if said is None else said == NEEDED


def _nearest(category_id: int | None, column: Any) -> Any:
    # What the policy of the category says, or of the nearest one above it that says anything.
    parents = {value.id: value.parent_id for value in listed(session(), CATEGORY)[CATEGORY]}
    chain: list[int] = []
    while category_id is not None and category_id not in chain:
        chain.append(category_id)
        category_id = parents.get(category_id)
    if not chain:
        return None
    statement = select(ClosingPolicy.category_id, column).where(ClosingPolicy.category_id.in_(chain))
    found = {row[0]: row[1] for row in session().execute(statement)}
    return next((found[key] for key in chain if found.get(key) is not None), None)


def answer_by(ticket: Incident) -> datetime | None:
    """Return until when the customer may answer: the close of the last of so many working days after today.

    None for no limit, and where no calendar says what a working day is.
    """
    days = int(setting("incident.answer_days"))
    if days == 0:
        return None
    own = select(Service.calendar_id).where(Service.id == ticket.service_id)
    service_calendar = session().execute(own).scalar() if ticket.service_id is not None else None
    held = calendar_for(service_calendar_id=service_calendar, group_id=ticket.desk_group_id or ticket.group_id,
                        company_id=ticket.company_id)
    return end_of_working_days(held.calendar, clock.now(), days) if held is not None else None


def end_of_working_days(calendar: Calendar, start: datetime, days: int) -> datetime | None:
    """Return when the last of so many working days after that of `start` ends; None where two years have too few.

    A working day is one on which the calendar opens, by its own clock.
    """
    day = start.astimezone(calendar.zone).date()
    for _number in range(_LONGEST):
        day += timedelta(days=1)
        hours = day_of(calendar, day).hours
        days -= bool(hours)
        if hours and days == 0:
            closing = datetime.combine(day, time.min) + timedelta(minutes=max(one.end for one in hours))
            return closing.replace(tzinfo=calendar.zone).astimezone(UTC)
    return None
