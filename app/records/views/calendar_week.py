"""The routes of a calendar's page beside the page itself: its weeks, and the try-out."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask import flash, redirect, request
from flask_babel import format_datetime

from app.db import session
from app.records.calendar_reads import calendars
from app.records.calendar_services import WEEKDAY_LABELS, calendar_week_service
from app.records.calendars import WEEKDAYS, Calendar, CalendarWeek
from app.sdk import business_time
from app.sdk.actor import current_actor
from app.sdk.calendars import clock_text, parse_hours
from app.sdk.errors import BusinessError, InvalidField, NotFound
from app.sdk.i18n import _, language
from app.web.moments import working_duration
from app.web.page import expose, has_access, permission_name

USUAL = "09:00-12:00 13:00-18:00"
MOST_PAIRS = 12
MOST_MINUTES = 366 * 24 * 60
_MOMENT = {"zh": "yyyy年M月d日 EEEE HH:mm", "en": "EEE, d MMM yyyy, HH:mm"}


class WeekRoutes:
    """Mixed into the page of calendars."""

    def base_url(self, item: Any) -> str:
        """Return what the addresses of a calendar's weeks begin with."""
        return f"{self.route_base}/{item.id}/week"  # type: ignore[attr-defined]

    @expose("/<pk>/week", methods=["GET", "POST"])
    @has_access
    @permission_name("week")
    def week(self, pk: Any) -> Any:
        """Show the form of a new week, or create it."""
        item = self.one(pk)  # type: ignore[attr-defined]
        if request.method == "GET":
            return self._week_page(item, None, dict.fromkeys(WEEKDAYS[:5], USUAL) if item.base_id is None else {})
        return self._keep(item, None)

    @expose("/<pk>/week/<int:week_id>", methods=["GET", "POST"])
    @has_access
    @permission_name("week_edit")
    def week_edit(self, pk: Any, week_id: int) -> Any:
        """Show the form of a week, or change it."""
        item, week = self._week(pk, week_id)
        return self._week_page(item, week, week.hours) if request.method == "GET" else self._keep(item, week)

    @expose("/<pk>/week/<int:week_id>/delete", methods=["POST"])
    @has_access
    @permission_name("week_delete")
    def week_delete(self, pk: Any, week_id: int) -> Any:
        """Delete a week."""
        item, week = self._week(pk, week_id)
        self.call_service(calendar_week_service.delete, current_actor(), week.id)  # type: ignore[attr-defined]
        return redirect(f"{self.url_of(item.id)}?tab=calendar-time")  # type: ignore[attr-defined]

    def _week(self, pk: Any, week_id: int) -> tuple[Calendar, CalendarWeek]:
        item = self.one(pk)  # type: ignore[attr-defined]
        week = session().get(CalendarWeek, week_id)
        if week is None or week.calendar_id != item.id:
            raise NotFound
        return item, week

    def _keep(self, item: Calendar, week: CalendarWeek | None) -> Any:
        hours, wrong = typed_week(request.form)
        try:
            values = {"hours": hours, **{name: _day(name) for name in ("valid_from", "valid_to")}}
            if wrong:
                raise BusinessError(_("Please check the marked fields."), fields=wrong)  # noqa: TRY301 - shown below
            if week is None:
                self.call_service(  # type: ignore[attr-defined]
                    calendar_week_service.create, current_actor(), {**values, "calendar": item.id})
            else:
                self.call_service(  # type: ignore[attr-defined]
                    calendar_week_service.update, current_actor(), week.id, values)
        except BusinessError as refusal:
            return self._week_page(item, week, {}, refusal), 422
        flash(_("The working hours are saved."), "success")
        return redirect(f"{self.url_of(item.id)}?tab=calendar-time")  # type: ignore[attr-defined]

    def _week_page(self, item: Calendar, week: CalendarWeek | None, hours: Mapping[str, str],
                   refusal: BusinessError | None = None) -> Any:
        is_typed = refusal is not None
        days = [(day, WEEKDAY_LABELS[number], _typed_pairs(request.form, day) if is_typed else _pairs(hours.get(day)),
                 f"{day}-base" in request.form if is_typed else item.base_id is not None and day not in hours)
                for number, day in enumerate(WEEKDAYS)]
        valid = {name: request.form.get(name, "") if is_typed else getattr(week, name, None) or ""
                 for name in ("valid_from", "valid_to")}
        address = self.base_url(item) + (f"/{week.id}" if week is not None else "")
        return self.render_template(  # type: ignore[attr-defined]
            "desk/calendar_week.html", title=_("Working hours: %(calendar)s", calendar=item), item=item, days=days,
            valid=valid, errors=refusal.fields if refusal else {}, message=refusal.message if refusal else "",
            action_url=address, back_url=f"{self.url_of(item.id)}?tab=calendar-time")  # type: ignore[attr-defined]

    # The try-out ---------------------------------------------------------------------------------------------------

    @expose("/<pk>/between", methods=["GET"])
    @has_access
    @permission_name("between")
    def between(self, pk: Any) -> Any:
        """Say how much working time lies between two moments, or when some of it will have passed."""
        item = self.one(pk)  # type: ignore[attr-defined]
        data: dict[str, Any] = {"errors": {}, "wrong": ""}
        try:
            data |= _tried(calendars()[item.id].calendar)
        except InvalidField as refusal:
            data["errors"] = refusal.fields
        except business_time.OutOfReach:
            data["wrong"] = _("These moments lie too far apart, or the calendar is never open for so long.")
        return self.render_template("desk/calendar_between.html", title=_("Try it out"),  # type: ignore[attr-defined]
                                    back_url=self.url_of(item.id), **data)  # type: ignore[attr-defined]


def typed_week(form: Any) -> tuple[dict[str, str], dict[str, str]]:
    """Return ({weekday: hours} of a form, {field: message} of what is half typed)."""
    hours: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for day in WEEKDAYS:
        pairs = _typed_pairs(form, day)
        if any(not start or not end for start, end in pairs):
            wrong[f"hours.{day}"] = _("Give both a beginning and an end.")
        elif f"{day}-base" not in form:
            hours[day] = " ".join(f"{start}-{end}" for start, end in pairs)
    return hours, wrong


def _typed_pairs(form: Any, day: str) -> list[tuple[str, str]]:
    pairs = zip(form.getlist(f"{day}-start")[:MOST_PAIRS], form.getlist(f"{day}-end")[:MOST_PAIRS], strict=False)
    return [(start.strip(), end.strip()) for start, end in pairs if start.strip() or end.strip()]


def _pairs(text: str | None) -> list[tuple[str, str]]:
    # A field for times knows no 24:00: the midnight at the end of a day is 00:00 there.
    return [(clock_text(one.start), clock_text(one.end).replace("24:00", "00:00")) for one in parse_hours(text or "")]


def _day(name: str) -> date | None:
    text = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidField(name, _("This is not a date.")) from None


def _tried(calendar: Any) -> dict[str, Any]:
    start = _moment("start", calendar)
    found: dict[str, Any] = {"is_open": business_time.is_open(calendar, start), "start": _words(start, calendar)}
    if request.args.get("minutes", "").strip():
        minutes = request.args["minutes"].strip()
        if not (minutes.isascii() and minutes.isdecimal() and int(minutes[:10]) <= MOST_MINUTES):
            raise InvalidField("minutes", _("Give a whole number."))
        after = business_time.add_working_time(calendar, start, timedelta(minutes=int(minutes)))
        found |= {"after": _words(after.at, calendar), "minutes": working_duration(timedelta(minutes=int(minutes))),
                  "doubts": after.doubts}
    else:
        end = _moment("end", calendar)
        between = business_time.working_time(calendar, start, end)
        found |= {"between": working_duration(between.time), "end": _words(end, calendar), "doubts": between.doubts}
    for name, ask in (("opens", business_time.next_opening), ("closes", business_time.next_closing)):
        found[name] = _words(ask(calendar, start).at, calendar)
    return found


def _moment(name: str, calendar: Any) -> datetime:
    try:
        typed = datetime.fromisoformat(request.args.get(name, "").strip())
    except ValueError:
        raise InvalidField(name, _("This is not a date and time.")) from None
    return typed if typed.tzinfo is not None else typed.replace(tzinfo=calendar.zone)


def _words(moment: datetime | None, calendar: Any) -> str:
    if moment is None:
        return ""
    there = moment.astimezone(calendar.zone)
    return str(format_datetime(there.replace(tzinfo=None), _MOMENT[language()], rebase=False))
