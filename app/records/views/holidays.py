"""Lists of official holidays: the years they know, their days, and bringing in a new year from a file."""

import json
from dataclasses import asdict
from typing import Any, ClassVar

from flask import flash, redirect, request
from sqlalchemy import select

from app.db import session
from app.records.calendar_doubts import missing
from app.records.calendar_services import WEEKDAY_LABELS
from app.records.holiday_file import MOST_ROWS, RawDay, read
from app.records.holiday_import import bring_in, plan
from app.records.holiday_services import (
    KINDS,
    days_in,
    holiday_calendar_service,
    holiday_day_service,
    holiday_year_service,
)
from app.records.holidays import HolidayCalendar, HolidayDay, HolidayYear
from app.records.views.calendars import HELP, LABELS
from app.sdk import clock
from app.sdk.actor import Actor, current_actor
from app.sdk.errors import BusinessError, InvalidField
from app.sdk.i18n import _, _l, bilingual
from app.web.children import ChildView
from app.web.interface import Interface
from app.web.local_dates import reader_zone
from app.web.page import expose, has_access, permission_name
from app.web.panels import AuditPanel, Panel
from app.web.record_view import RecordView
from app.web.shared import READ_WRITE

HOLIDAYS = "/records/holidays"


class HolidayDayView(ChildView):
    """A holiday, or a day worked to make up for one."""

    datamodel = Interface(HolidayDay)
    service = holiday_day_service
    class_permission_name = "calendar"
    route_base = "/records/holiday-days"
    parent, parent_route = "holiday_calendar", HOLIDAYS
    label, label_plural = _l("Holiday or make-up day"), _l("Holidays and make-up days")
    label_columns = LABELS
    description_columns: ClassVar[Any] = {"weekday": HELP["weekday"]}
    list_columns = ["holiday_calendar", "day", "kind", "weekday", "name"]
    search_columns = ["holiday_calendar", "day", "kind"]
    add_columns = list_columns
    edit_columns = ["day", "kind", "weekday", "name"]
    show_columns = list_columns
    choice_columns = {"kind": KINDS, "weekday": WEEKDAY_LABELS}
    base_order = ("day", "desc")
    panels = [AuditPanel()]


class HolidayYearView(ChildView):
    """A year that a list knows."""

    datamodel = Interface(HolidayYear)
    service = holiday_year_service
    class_permission_name = "calendar"
    route_base = "/records/holiday-years"
    parent, parent_route = "holiday_calendar", HOLIDAYS
    label, label_plural = _l("Known year"), _l("Known years")
    label_columns = LABELS
    list_columns = ["holiday_calendar", "year", "source"]
    search_columns = ["holiday_calendar", "year"]
    add_columns = list_columns
    edit_columns = ["source"]
    show_columns = list_columns
    base_order = ("year", "desc")
    panels = [AuditPanel()]


class HolidaysPanel(Panel):
    """The days of one year, and the other years that the list knows."""

    key, title, template = "calendar-event", _l("Holidays and make-up days"), "desk/panels/holidays.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        years = list(session().execute(select(HolidayYear).where(
            HolidayYear.holiday_calendar_id == item.id).order_by(HolidayYear.year.desc())).scalars())
        today = clock.now().astimezone(reader_zone()).date()
        asked = request.args.get("year", "")
        shown = next((one for one in years if str(one.year) == asked), None) or next(
            (one for one in years if one.year <= today.year), years[0] if years else None)
        days = list(session().execute(select(HolidayDay).where(days_in(item.id, shown.year)).order_by(
            HolidayDay.day)).scalars()) if shown is not None else []
        lacking = [one.year for one in missing(today) if one.holiday_calendar_id == item.id]
        return {"years": years, "shown": shown, "days": days, "kinds": KINDS, "weekdays": WEEKDAY_LABELS,
                "unknown": lacking, "list_id": item.id, "may_write": actor.can("calendar.write")}


class HolidayCalendarView(RecordView):
    """Lists of official holidays by country or region."""

    datamodel = Interface(HolidayCalendar)
    service = holiday_calendar_service
    class_permission_name = "calendar"
    route_base = HOLIDAYS
    method_permission_name: ClassVar[Any] = {**READ_WRITE, "bring_in": "write"}
    label, label_plural = _l("List of holidays"), _l("Lists of holidays")
    label_columns = LABELS
    list_columns = ["name", "code", "source", "is_active"]
    search_columns = ["code", "is_active"]
    add_columns = ["name", "code", "source", "is_active"]
    edit_columns = add_columns
    show_columns = add_columns
    order_columns = ["code", "sort_zh", "sort_en"]
    base_order = ("code", "asc")
    show_template = "desk/service_calendar.html"
    panels = [HolidaysPanel(), AuditPanel()]

    @expose("/<pk>/import", methods=["GET", "POST"])
    @has_access
    @permission_name("bring_in")
    def bring_in(self, pk: Any) -> Any:
        """Ask for a file, show what it says, and write it once that is confirmed."""
        item, data = self.one(pk), {"plan": None, "rows": "", "errors": {}}
        if request.method == "POST":
            try:
                rows = self._rows()
                data["plan"] = found = plan(item.id, rows)
                data["rows"] = json.dumps([asdict(row) for row in rows])
                if "confirm" in request.form and not found.errors:
                    source = request.form.get("source", "")
                    made = self.call_service(bring_in, current_actor(), item.id, rows, found.year, source)
                    flash(_("The holidays of %(year)s are in: %(holidays)s holidays, %(working)s make-up days.",
                            year=made.year, holidays=made.holidays, working=made.working), "success")
                    return redirect(f"{self.url_of(item.id)}?year={made.year}")
            except BusinessError as refusal:
                data["errors"] = refusal.fields or {"file": refusal.message}
        is_wrong = bool(data["errors"]) or (data["plan"] is not None and bool(data["plan"].errors))
        body = self.render_template("desk/holiday_import.html", title=_("Bring in a year from a file"), item=item,
                                    kinds=KINDS, weekdays=WEEKDAY_LABELS, name_of=bilingual, typed=request.form,
                                    action_url=f"{self.url_base(item.id)}/import", back_url=self.url_of(item.id),
                                    **data)
        return body, 422 if is_wrong else 200

    @staticmethod
    def _rows() -> list[RawDay]:
        # What was shown comes back with the page; it is checked anew like any file.
        kept = request.form.get("rows")
        if kept:
            try:
                return [RawDay(int(one["line"]), *(str(one[name]) for name in (
                    "day", "kind", "name_zh", "name_en", "weekday"))) for one in json.loads(kept)[:MOST_ROWS]]
            except (ValueError, KeyError, TypeError):
                raise InvalidField("file", _("Choose the file once more.")) from None
        file = request.files.get("file")
        if file is None or not file.filename:
            raise InvalidField("file", _("Choose a file."))
        return read(file.read(), file.filename)
