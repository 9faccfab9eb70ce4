"""Years whose holidays nobody has brought in: said where calendars are looked after, before it matters."""

from dataclasses import dataclass
from datetime import date

from app.records.calendar_reads import Kept, calendars
from app.sdk import calendars as sdk

# The State Council publishes a year's schedule in the autumn before: from this day on its absence is told.
FROM = (10, 1)


def doubtful_years(calendar: sdk.Calendar, today: date) -> list[int]:
    """Return the years, this one and from October on the next, whose holidays a calendar goes by but does not know."""
    listed = sdk.holidays_of(calendar)
    if listed is None:
        return []
    wanted = [today.year, *([today.year + 1] if (today.month, today.day) >= FROM else [])]
    return [year for year in wanted if year not in listed.years]


@dataclass(frozen=True, slots=True)
class Missing:
    """A year that a list of holidays lacks, and the calendars that wait for it."""

    holiday_calendar_id: int
    year: int
    calendars: tuple[Kept, ...]


def missing(today: date) -> list[Missing]:
    """Return the years that the calendars in use lack."""
    found: dict[tuple[int, int], list[Kept]] = {}
    known = calendars()
    for one in known.values():
        list_id = _list_of(one, known) if one.is_active else None
        for year in doubtful_years(one.calendar, today) if list_id is not None else ():
            found.setdefault((list_id or 0, year), []).append(one)
    return [Missing(list_id, year, tuple(kept)) for (list_id, year), kept in sorted(found.items())]


def _list_of(kept: Kept, known: dict[int, Kept]) -> int | None:
    # The list that the calendar goes by may be that of its base.
    listed = sdk.holidays_of(kept.calendar)
    return next((one.holiday_calendar_id for one in known.values() if one.calendar.holidays is listed), None) \
        if listed is not None else None
