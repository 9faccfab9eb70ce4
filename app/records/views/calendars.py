"""Service calendars: what they are, their weeks, special days, the days to come, and a try-out."""

from typing import Any, ClassVar

from app.records.calendar_services import DAY_KINDS, WEEKDAY_LABELS, calendar_day_service, calendar_service
from app.records.calendars import Calendar, CalendarDay
from app.records.views.calendar_panels import BetweenPanel, DaysAheadPanel, WeeksPanel
from app.records.views.calendar_week import WeekRoutes
from app.sdk.i18n import _l
from app.security.zones import zone_text, zones
from app.web.children import ChildrenPanel, ChildView
from app.web.choices import Choices
from app.web.interface import Interface
from app.web.panels import AuditPanel
from app.web.record_view import RecordView
from app.web.shared import READ_WRITE

CALENDARS = "/records/calendars"
LABELS = {
    "code": _l("Code"), "name": _l("Name"), "timezone": _l("Time zone"), "base": _l("Based on"),
    "holiday_calendar": _l("List of holidays"), "ignores_holidays": _l("Works on holidays"),
    "makeup_weekday": _l("Make-up days work as"), "is_active": _l("Active"), "calendar": _l("Service calendar"),
    "day": _l("Date"), "last_day": _l("Last day"), "kind": _l("Kind"), "hours": _l("Hours"), "weekday": _l("Weekday"),
    "valid_from": _l("Valid from"), "valid_to": _l("Valid to"), "source": _l("Source"), "year": _l("Year"),
}
HELP = {
    "base": _l("What this calendar does not say itself is as in that one."),
    "holiday_calendar": _l("Empty: as in the calendar it is based on."),
    "ignores_holidays": _l("Also on those that the calendar it is based on keeps."),
    "makeup_weekday": _l("Whose hours a day has that is worked to make up for a holiday. Empty: Monday."),
    "hours": _l("As 09:00-12:00 13:00-18:00; an end before its start is on the next day."),
    "last_day": _l("Empty: one day only."),
    "weekday": _l("Where the day works as a weekday does."),
}


class ZoneChoices(Choices):
    """The time zones."""

    def options(self) -> list[tuple[Any, str]]:
        return [(name, zone_text(name)) for name in zones()]

    def text(self, value: Any) -> str:
        return zone_text(value) if value else ""


class CalendarDayView(ChildView):
    """Days on which a calendar differs from its week."""

    datamodel = Interface(CalendarDay)
    service = calendar_day_service
    class_permission_name = "calendar"
    route_base = "/records/calendar-days"
    parent, parent_route = "calendar", CALENDARS
    label, label_plural = _l("Special day"), _l("Special days")
    label_columns = LABELS
    description_columns: ClassVar[Any] = HELP
    list_columns = ["calendar", "day", "last_day", "kind", "hours", "weekday", "name"]
    search_columns = ["calendar", "day", "kind"]
    add_columns = ["calendar", "day", "last_day", "kind", "hours", "weekday", "name"]
    edit_columns = ["day", "last_day", "kind", "hours", "weekday", "name"]
    show_columns = list_columns
    choice_columns = {"kind": DAY_KINDS, "weekday": WEEKDAY_LABELS}
    base_order = ("day", "desc")
    panels = [AuditPanel()]


class CalendarView(WeekRoutes, RecordView):
    """When companies, services and work groups work."""

    datamodel = Interface(Calendar)
    service = calendar_service
    class_permission_name = "calendar"
    route_base = CALENDARS
    method_permission_name: ClassVar[Any] = {
        **READ_WRITE, "week": "write", "week_edit": "write", "week_delete": "write", "between": "read",
    }
    label, label_plural = _l("Service calendar"), _l("Service calendars")
    label_columns = LABELS
    description_columns: ClassVar[Any] = HELP
    list_columns = ["name", "code", "timezone", "base", "holiday_calendar", "is_active"]
    search_columns = ["code", "base", "holiday_calendar", "is_active"]
    add_columns = ["name", "code", "timezone", "base", "holiday_calendar", "ignores_holidays", "makeup_weekday",
                   "is_active"]
    edit_columns = add_columns
    show_columns = add_columns
    base_order = ("code", "asc")
    show_template = "desk/service_calendar.html"
    choice_columns = {"timezone": ZoneChoices(), "makeup_weekday": WEEKDAY_LABELS}
    panels = [
        DaysAheadPanel(), WeeksPanel(),
        ChildrenPanel(CalendarDayView, "day", "last_day", "kind", "hours", "weekday", "name", title=_l("Special days"),
                      key="days", add_label=_l("Add a special day")),
        BetweenPanel(), AuditPanel(),
    ]
