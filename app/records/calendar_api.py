"""Service calendars and holidays by REST, and what one asks of a calendar."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from flask import request
from werkzeug.wrappers import Response

from app.records.calendar_reads import calendars
from app.records.calendar_services import (
    DAY_KINDS,
    WEEKDAY_LABELS,
    calendar_day_service,
    calendar_service,
    calendar_week_service,
)
from app.records.calendars import Calendar, CalendarDay, CalendarWeek
from app.records.holiday_file import read
from app.records.holiday_import import bring_in
from app.records.holiday_services import (
    KINDS,
    holiday_calendar_service,
    holiday_day_service,
    holiday_year_service,
)
from app.records.holidays import HolidayCalendar, HolidayDay, HolidayYear
from app.sdk import business_time
from app.sdk.actor import current_actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _
from app.web.interface import Interface
from app.web.record_api import RecordApi
from app.web.rest import expose, permission_name, protect
from app.web.shared import READ_WRITE


class CalendarApi(RecordApi):
    """/api/v1/calendar/"""

    datamodel = Interface(Calendar)
    service = calendar_service
    resource_name = class_permission_name = "calendar"
    method_permission_name: ClassVar[Any] = {**READ_WRITE, "working_time": "read"}
    list_columns = ["id", "code", "name", "timezone", "base_id", "holiday_calendar_id", "ignores_holidays",
                    "makeup_weekday", "is_active"]
    add_columns = ["code", "name", "timezone", "base_id", "holiday_calendar_id", "ignores_holidays", "makeup_weekday",
                   "is_active"]
    edit_columns = add_columns
    search_columns = ["code", "base", "holiday_calendar", "is_active"]
    choice_columns = {"makeup_weekday": WEEKDAY_LABELS}

    @expose("/<int:pk>/working_time", methods=["GET"])
    @protect()
    @permission_name("working_time")
    def working_time(self, pk: Any) -> Response:
        """Ask how much working time lies between two moments, or when some of it will have passed.
        ---
        get:
          description: With `end` the working seconds between; with `seconds` when so many will have passed
          parameters:
          - {in: path, name: pk, schema: {type: integer}}
          - {in: query, name: start, required: true, schema: {type: string, format: date-time}}
          - {in: query, name: end, schema: {type: string, format: date-time}}
          - {in: query, name: seconds, schema: {type: integer}}
          responses:
            200: {description: The answer and the years whose holidays are not known}
            422: {description: A moment is missing, has no time zone, or lies too far away}
        """
        calendar = calendars()[self._one(pk).id].calendar
        start = _moment("start")
        answer: dict[str, Any]
        try:
            if "seconds" in request.args:
                after = business_time.add_working_time(calendar, start, timedelta(seconds=_seconds()))
                answer, doubts = {"at": after.at.isoformat() if after.at else None}, after.doubts
            else:
                between = business_time.working_time(calendar, start, _moment("end"))
                answer, doubts = {"seconds": between.time.total_seconds()}, between.doubts
        except business_time.OutOfReach:
            raise InvalidField("start", _("These moments lie too far apart, or the calendar is never open for so long.")
                               ) from None
        return self.response(200, **answer, unknown_years=list(doubts.unknown_years),  # type: ignore[no-any-return]
                             is_uncovered=doubts.is_uncovered)


def _moment(name: str) -> datetime:
    try:
        # A plus in an address is a space.
        found = datetime.fromisoformat(request.args.get(name, "").strip().replace(" ", "+"))
    except ValueError:
        raise InvalidField(name, _("This is not a date and time.")) from None
    if found.tzinfo is None:
        raise InvalidField(name, _("Say in which time zone: 2027-01-31T09:00:00+08:00."))
    return found


def _seconds() -> int:
    text = request.args.get("seconds", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise InvalidField("seconds", _("Give a whole number."))
    return int(text)


class CalendarWeekApi(RecordApi):
    """/api/v1/calendar_week/"""

    datamodel = Interface(CalendarWeek)
    service = calendar_week_service
    resource_name, class_permission_name = "calendar_week", "calendar"
    list_columns = ["id", "calendar_id", "valid_from", "valid_to", "hours"]
    add_columns = ["calendar_id", "valid_from", "valid_to", "hours"]
    edit_columns = ["valid_from", "valid_to", "hours"]
    search_columns = ["calendar"]


class CalendarDayApi(RecordApi):
    """/api/v1/calendar_day/"""

    datamodel = Interface(CalendarDay)
    service = calendar_day_service
    resource_name, class_permission_name = "calendar_day", "calendar"
    list_columns = ["id", "calendar_id", "day", "last_day", "kind", "hours", "weekday", "name"]
    add_columns = ["calendar_id", "day", "last_day", "kind", "hours", "weekday", "name"]
    edit_columns = ["day", "last_day", "kind", "hours", "weekday", "name"]
    search_columns = ["calendar", "day", "kind"]
    choice_columns = {"kind": DAY_KINDS, "weekday": WEEKDAY_LABELS}


class HolidayCalendarApi(RecordApi):
    """/api/v1/holiday_calendar/"""

    datamodel = Interface(HolidayCalendar)
    service = holiday_calendar_service
    resource_name, class_permission_name = "holiday_calendar", "calendar"
    method_permission_name: ClassVar[Any] = {**READ_WRITE, "bring_in": "write"}
    list_columns = ["id", "code", "name", "source", "is_active"]
    add_columns = ["code", "name", "source", "is_active"]
    edit_columns = add_columns
    search_columns = ["code", "is_active"]

    @expose("/<int:pk>/import", methods=["POST"])
    @protect()
    @permission_name("bring_in")
    def bring_in(self, pk: Any) -> Response:
        """Bring in a year of holidays from a file.
        ---
        post:
          description: All of the file or nothing; `source` names the notice
          parameters:
          - {in: path, name: pk, schema: {type: integer}}
          requestBody:
            content:
              multipart/form-data:
                schema: {type: object, properties: {file: {type: string, format: binary}, source: {type: string}}}
          responses:
            201: {description: The year is in}
            422: {description: The rows that are wrong}
        """
        item, file = self._one(pk), request.files.get("file")
        if file is None or not file.filename:
            raise InvalidField("file", _("Choose a file."))
        rows = read(file.read(), file.filename)
        made = self.call_service(bring_in, current_actor(), item.id, rows, None, request.form.get("source"))
        return self.response(201, year=made.year, holidays=made.holidays, working=made.working)  # type: ignore[no-any-return]


class HolidayYearApi(RecordApi):
    """/api/v1/holiday_year/"""

    datamodel = Interface(HolidayYear)
    service = holiday_year_service
    resource_name, class_permission_name = "holiday_year", "calendar"
    list_columns = ["id", "holiday_calendar_id", "year", "source"]
    add_columns = ["holiday_calendar_id", "year", "source"]
    edit_columns = ["source"]
    search_columns = ["holiday_calendar", "year"]


class HolidayDayApi(RecordApi):
    """/api/v1/holiday_day/"""

    datamodel = Interface(HolidayDay)
    service = holiday_day_service
    resource_name, class_permission_name = "holiday_day", "calendar"
    list_columns = ["id", "holiday_calendar_id", "day", "kind", "weekday", "name"]
    add_columns = ["holiday_calendar_id", "day", "kind", "weekday", "name"]
    edit_columns = ["day", "kind", "weekday", "name"]
    search_columns = ["holiday_calendar", "day", "kind"]
    choice_columns = {"kind": KINDS, "weekday": WEEKDAY_LABELS}


APIS = [CalendarApi, CalendarWeekApi, CalendarDayApi, HolidayCalendarApi, HolidayYearApi, HolidayDayApi]
