"""Years of holidays from data files, compact: a year and its days in one record.

    - {id: …, model: holiday_year, holiday_calendar: …, year: 2026, source: …,
       days: [2026-02-15..2026-02-23 holiday Spring Festival / 春节]}
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.records.holidays import HOLIDAY, WORKING, HolidayDay, HolidayYear


def load(session: Session, values: Mapping[str, Any], holiday_calendar_id: int) -> HolidayYear:
    """Create a year with its days; one that somebody has brought in already stays as it is. Raises KeyError."""
    same = select(HolidayYear).where(HolidayYear.holiday_calendar_id == holiday_calendar_id,
                                     HolidayYear.year == values["year"])
    present = session.execute(same).scalar_one_or_none()
    if present is not None:
        return present
    made = HolidayYear(holiday_calendar_id=holiday_calendar_id, year=values["year"], source=values["source"])
    session.add(made)
    session.flush()
    # Some hundred days that nobody here has decided: no line of the audit log for each.
    rows = [{"holiday_calendar_id": holiday_calendar_id, **day} for line in values["days"] for day in days_of(line)]
    session.connection().execute(insert(HolidayDay.__table__), rows)
    return made


def days_of(line: str) -> Iterator[dict[str, Any]]:
    """Return the days of a line "FIRST..LAST KIND English / 中文". Raises KeyError for a kind that is none."""
    span, kind, name = line.split(" ", 2)
    if kind not in (HOLIDAY, WORKING):
        raise KeyError(kind)
    first, _, last = span.partition("..")
    en, _, zh = name.partition(" / ")
    day, end = date.fromisoformat(first), date.fromisoformat(last or first)
    while day <= end:
        yield {"day": day, "kind": kind, "name": {"en": en, "zh": zh}}
        day += timedelta(days=1)
