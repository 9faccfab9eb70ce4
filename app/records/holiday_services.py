"""Rules of lists of holidays: a day belongs to a year that the list knows."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select

from app.db import session
from app.records.calendar_services import WEEKDAY_LABELS
from app.records.calendars import Calendar
from app.records.holidays import HOLIDAY, WORKING, HolidayCalendar, HolidayDay, HolidayYear
from app.records.permissions import CALENDAR_WRITE
from app.records.service import RecordService, require_label
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField
from app.sdk.i18n import _, _l

KINDS = {HOLIDAY: _l("Holiday"), WORKING: _l("Make-up working day")}
FIRST_YEAR, LAST_YEAR = 1950, 2199


def days_in(holiday_calendar_id: int, year: int) -> ColumnElement[bool]:
    """Return the criterion of the days of a list in a year."""
    return (HolidayDay.holiday_calendar_id == holiday_calendar_id) & HolidayDay.day.between(
        date(year, 1, 1), date(year, 12, 31))


class HolidayCalendarService(RecordService[HolidayCalendar]):
    """Lists of holidays."""

    def prepare(self, actor: Actor, record: HolidayCalendar, values: Mapping[str, Any]) -> None:
        require_label(values, "name")

    def check_delete(self, actor: Actor, record: HolidayCalendar) -> None:
        used = select(Calendar.id).where(Calendar.holiday_calendar_id == record.id).limit(1)
        if session().execute(used).first() is not None:
            raise Conflict(_("Calendars go by this list. Give them another one first."))


class HolidayYearService(RecordService[HolidayYear]):
    """The years that a list knows; one that is taken away takes its days along."""

    def prepare(self, actor: Actor, record: HolidayYear, values: Mapping[str, Any]) -> None:
        if record.year is None or not FIRST_YEAR <= record.year <= LAST_YEAR:
            raise InvalidField("year", _("Give a number from %(least)s to %(most)s.", least=FIRST_YEAR, most=LAST_YEAR))

    def update(self, actor: Actor, record_id: int, values: Mapping[str, Any],
               version: int | None = None) -> HolidayYear:
        present = self.get_for_update(record_id)
        if values.get("year", present.year) != present.year:
            raise InvalidField("year", _("This never changes once it is there."))
        return super().update(actor, record_id, values, version)

    def check_delete(self, actor: Actor, record: HolidayYear) -> None:
        # A year has a few dozen days; each of them goes through the session, and so into the audit log.
        for day in session().execute(select(HolidayDay).where(
                days_in(record.holiday_calendar_id, record.year))).scalars():
            session().delete(day)


class HolidayDayService(RecordService[HolidayDay]):
    """Single days."""

    def prepare(self, actor: Actor, record: HolidayDay, values: Mapping[str, Any]) -> None:
        record.kind = record.kind or HOLIDAY
        if record.kind not in KINDS:
            raise InvalidField("kind", _("Choose an entry of the list."))
        if record.weekday is not None and (record.weekday not in WEEKDAY_LABELS or record.kind != WORKING):
            raise InvalidField("weekday", _("Only a make-up working day works as a weekday."))
        known = select(HolidayYear.id).where(HolidayYear.holiday_calendar_id == record.holiday_calendar_id,
                                             HolidayYear.year == record.day.year)
        with session().no_autoflush:
            if session().execute(known).first() is None:
                raise InvalidField("day", _("The list does not know the year %(year)s yet: add the year first.",
                                            year=record.day.year))


holiday_calendar_service = HolidayCalendarService(
    HolidayCalendar, CALENDAR_WRITE, {"code", "name", "source", "is_active"}, {"code", "name"}
)
holiday_year_service = HolidayYearService(
    HolidayYear, CALENDAR_WRITE, {"holiday_calendar", "year", "source"}, {"holiday_calendar_id", "year"}
)
holiday_day_service = HolidayDayService(
    HolidayDay, CALENDAR_WRITE, {"holiday_calendar", "day", "kind", "weekday", "name"}, {"holiday_calendar_id", "day"}
)
