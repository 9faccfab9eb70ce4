"""Which service calendar holds: that of the service, else of the work group, else of the company, else the desk's."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from app.db import session, system_scope
from app.organisation.models import Company, WorkGroup
from app.records.calendar_reads import Kept, calendar_of, desk_calendar
from app.sdk import calendars as sdk


class Origin(StrEnum):
    """Whose calendar holds."""

    SERVICE = "service"
    GROUP = "group"
    COMPANY = "company"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Holding:
    """The calendar that holds, and whose it is."""

    kept: Kept
    origin: Origin

    @property
    def calendar(self) -> sdk.Calendar:
        """The value to reckon with."""
        return self.kept.calendar


def calendar_for(*, service_calendar_id: int | None = None, group_id: int | None = None,
                 company_id: int | None = None) -> Holding | None:
    """Return the calendar that holds for work on a service, held by a group, for a company; one statement at most.

    One that is switched off is passed over. None where not even the desk has one.
    """
    found = calendar_of(service_calendar_id)
    if found is not None:
        return Holding(found, Origin.SERVICE)
    for origin, key in _own(group_id, company_id):
        found = calendar_of(key)
        if found is not None:
            return Holding(found, origin)
    desk = desk_calendar()
    return Holding(desk, Origin.DESK) if desk is not None else None


def _own(group_id: int | None, company_id: int | None) -> list[tuple[Origin, int | None]]:
    if group_id is None and company_id is None:
        return []
    columns = [select(model.calendar_id).where(model.id == key).scalar_subquery()
               for model, key in ((WorkGroup, group_id), (Company, company_id))]
    with system_scope():  # whose hours hold does not depend on who asks
        row = session().execute(select(*columns)).one()
    return [(Origin.GROUP, row[0]), (Origin.COMPANY, row[1])]
