"""What a calendar's page shows: the days to come, its weeks, and how long it is from one moment to another."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import format_date
from sqlalchemy import select

from app.db import session
from app.records.calendar_doubts import doubtful_years
from app.records.calendar_reads import calendars
from app.records.calendar_services import WEEKDAY_LABELS
from app.records.calendars import WEEKDAYS, CalendarWeek
from app.sdk import calendars as sdk
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.i18n import _, _l, bilingual, language
from app.security.zones import zone_text
from app.web.panels import Panel

AHEAD = 60
_SHORT = {"zh": "M月d日", "en": "d MMM"}
_LONG = {"zh": "yyyy年M月d日 EEEE", "en": "EEEE, d MMMM yyyy"}
REASONS = {
    sdk.Reason.HOLIDAY: (_l("Holiday"), "red"), sdk.Reason.MAKE_UP: (_l("Make-up working day"), "blue"),
    sdk.Reason.SPECIAL: (_l("Special day"), "orange"), sdk.Reason.UNCOVERED: (_l("No hours are set"), "yellow"),
}


@dataclass(frozen=True, slots=True)
class ShownDay:
    """One day, as the grid shows it."""

    day: date
    weekday: int
    text: str
    full: str
    hours: list[str]
    reason: str
    words: str
    tone: str
    name: str
    is_known: bool
    is_first: bool


def shown_days(calendar: sdk.Calendar, first: date, number: int = AHEAD) -> list[ShownDay]:
    """Return what a calendar says of some days in a row, in words."""
    return [_shown(sdk.day_of(calendar, day), day, is_first=day == first)
            for day in (first + timedelta(days=offset) for offset in range(number))]


def _shown(said: sdk.Day, day: date, *, is_first: bool) -> ShownDay:
    words, tone = REASONS.get(said.reason, ("", "green" if said.hours else "secondary"))
    hours = [f"{sdk.clock_text(one.start)}–{sdk.clock_text(one.end)}" for one in said.hours]
    return ShownDay(day, day.weekday(), format_date(day, _SHORT[language()]), format_date(day, _LONG[language()]),
                    hours, said.reason, str(words), tone, bilingual(said.name), said.is_known, is_first)


class DaysAheadPanel(Panel):
    """The next sixty days: open hours, holidays and make-up days."""

    key, title, template = "calendar-event", _l("Next 60 days"), "desk/panels/days_ahead.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        found = calendars()[item.id]
        today = clock.now().astimezone(found.calendar.zone).date()
        return {"days": shown_days(found.calendar, today), "weekdays": list(WEEKDAY_LABELS.values()),
                "unknown": doubtful_years(found.calendar, today), "list_id": found.holiday_calendar_id,
                "may_write": actor.can("calendar.write"), "has_hours": _has_hours(found.calendar)}


def _has_hours(calendar: sdk.Calendar | None) -> bool:
    while calendar is not None:
        if calendar.weeks:
            return True
        calendar = calendar.base
    return False


class WeeksPanel(Panel):
    """The weeks of a calendar, each with its hours and for how long it is valid."""

    key, title, template = "calendar-time", _l("Working hours"), "desk/panels/weeks.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        weeks = list(session().execute(
            select(CalendarWeek).where(CalendarWeek.calendar_id == item.id).order_by(CalendarWeek.id)).scalars())
        weeks.sort(key=lambda week: week.valid_from or date.min)
        return {"weeks": [(week, [(WEEKDAY_LABELS[number], week_text(week, item.base_id is not None, day))
                                  for number, day in enumerate(WEEKDAYS)]) for week in weeks],
                "may_write": actor.can("calendar.write"), "base": view.base_url(item)}


def week_text(week: CalendarWeek, is_based: bool, day: str) -> str:
    """Return what a week says of a weekday."""
    if day not in week.hours:
        return _("as in the base calendar") if is_based else _("Closed all day")
    return week.hours[day].replace("-", "–").replace(" ", ", ") or _("Closed all day")


class BetweenPanel(Panel):
    """How much working time lies between two moments, and when some of it will have passed."""

    key, title, template = "calculator", _l("Try it out"), "desk/panels/between.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        now = clock.now().astimezone(calendars()[item.id].calendar.zone)
        start = now.replace(minute=0, second=0, microsecond=0, tzinfo=None)
        end = start + timedelta(days=3)
        return {"start": start.isoformat(timespec="minutes"), "end": end.isoformat(timespec="minutes"),
                "zone": zone_text(item.timezone), "url": f"{view.url_base(item.id)}/between"}
