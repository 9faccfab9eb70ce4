"""Rules of service calendars: nothing is kept that could not be reckoned with."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from app.db import Model, session, system_scope
from app.records.calendars import AS_WEEKDAY, CLOSED, OPEN, WEEKDAYS, Calendar, CalendarDay, CalendarWeek
from app.records.permissions import CALENDAR_WRITE
from app.records.service import RecordService, require_label
from app.records.settings import setting
from app.sdk.actor import Actor
from app.sdk.calendars import hours_text, parse_hours
from app.sdk.errors import BusinessError, Conflict, InvalidField
from app.sdk.i18n import _, _l
from app.security.zones import is_zone

WEEKDAY_LABELS = {0: _l("Monday"), 1: _l("Tuesday"), 2: _l("Wednesday"), 3: _l("Thursday"), 4: _l("Friday"),
                  5: _l("Saturday"), 6: _l("Sunday")}
DAY_KINDS = {CLOSED: _l("Closed all day"), OPEN: _l("Other hours"), AS_WEEKDAY: _l("Works as a weekday")}
MOST_DAYS = 366
_OWN = frozenset({"calendar_week", "calendar_day"})


class CalendarService(RecordService[Calendar]):
    """Calendars. One that something goes by is switched off rather than deleted."""

    def prepare(self, actor: Actor, record: Calendar, values: Mapping[str, Any]) -> None:
        require_label(values, "name")
        record.timezone = record.timezone or "Asia/Shanghai"
        if not is_zone(record.timezone):
            raise InvalidField("timezone", _("There is no such time zone."))
        _check_weekday("makeup_weekday", record.makeup_weekday)
        if record.is_active is False and record.id is not None and record.code == setting("calendars.default"):
            raise InvalidField("is_active", _("The desk goes by this calendar. Choose another in the settings first."))
        self._check_base(record)

    def check_delete(self, actor: Actor, record: Calendar) -> None:
        if record.code == setting("calendars.default"):
            raise Conflict(_("The desk goes by this calendar. Choose another in the settings first."))
        if uses_of(record):
            raise Conflict(_("Something goes by this calendar. Switch it off instead."))

    @staticmethod
    def _check_base(record: Calendar) -> None:
        above, seen = record.base_id, {record.id}
        while above is not None:
            if above in seen:
                raise InvalidField("base", _("Something cannot belong to itself."))
            seen.add(above)
            with session().no_autoflush:
                above = session().execute(select(Calendar.base_id).where(Calendar.id == above)).scalar()


def uses_of(record: Calendar) -> int:
    """Count the rows of any table that go by a calendar, visible or not."""
    target = Calendar.__table__
    keys = [column for table in Model.metadata.tables.values() if table.name not in _OWN for column in table.columns
            if any(key.column.table is target for key in column.foreign_keys)]
    with system_scope():
        return sum(int(session().connection().execute(
            select(func.count()).select_from(key.table).where(key == record.id)).scalar() or 0) for key in keys)


class CalendarWeekService(RecordService[CalendarWeek]):
    """The hours of the weekdays. Two weeks of a calendar are never valid on the same day."""

    def prepare(self, actor: Actor, record: CalendarWeek, values: Mapping[str, Any]) -> None:
        if "hours" in values:
            record.hours = _checked_week(record.hours)
        if record.valid_from and record.valid_to and record.valid_to < record.valid_from:
            raise InvalidField("valid_to", _("This day is before the first one."))
        others = select(CalendarWeek.valid_from, CalendarWeek.valid_to).where(
            CalendarWeek.calendar_id == record.calendar_id, CalendarWeek.id != (record.id or 0))
        with session().no_autoflush:
            rows = session().execute(others).all()
        for begins, ends in rows:
            if _overlap((record.valid_from, record.valid_to), (begins, ends)):
                raise InvalidField("valid_from", _("Another week of the calendar is valid then: %(first)s to %(last)s.",
                                                   first=begins or "…", last=ends or "…"))


def _checked_week(given: Any) -> dict[str, str]:
    if not isinstance(given, Mapping) or not set(given) <= set(WEEKDAYS):
        raise InvalidField("hours", _("Name the weekdays mon to sun, each with its hours."))
    clean: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for day in WEEKDAYS:
        if day in given and given[day] is not None:
            try:
                clean[day] = checked_hours(f"hours.{day}", given[day])
            except InvalidField as refusal:
                wrong.update(refusal.fields)
    if wrong:
        raise BusinessError(_("Please check the marked fields."), fields=wrong, code="invalid_field")
    return clean


def checked_hours(field: str, text: Any) -> str:
    """Return hours in the form in which they are kept. Raises InvalidField for what are none."""
    try:
        return hours_text(parse_hours(str(text)))
    except ValueError:
        raise InvalidField(field, _("Give hours as 09:00-12:00 13:00-18:00; they must not overlap.")) from None


def _overlap(one: tuple[date | None, date | None], other: tuple[date | None, date | None]) -> bool:
    begins = max((day for day in (one[0], other[0]) if day is not None), default=date.min)
    ends = min((day for day in (one[1], other[1]) if day is not None), default=date.max)
    return begins <= ends


def _check_weekday(field: str, weekday: int | None) -> None:
    if weekday is not None and weekday not in WEEKDAY_LABELS:
        raise InvalidField(field, _("Choose an entry of the list."))


class CalendarDayService(RecordService[CalendarDay]):
    """Days that differ from the week; each day is said once a calendar."""

    def prepare(self, actor: Actor, record: CalendarDay, values: Mapping[str, Any]) -> None:
        record.kind = record.kind or CLOSED
        if record.kind not in DAY_KINDS:
            raise InvalidField("kind", _("Choose an entry of the list."))
        _check_weekday("weekday", record.weekday)
        if record.kind == OPEN:
            if not record.hours:
                raise InvalidField("hours", _("This field is required."))
            record.hours = checked_hours("hours", record.hours)
        if record.kind == AS_WEEKDAY and record.weekday is None:
            raise InvalidField("weekday", _("This field is required."))
        record.hours = record.hours if record.kind == OPEN else None
        record.weekday = record.weekday if record.kind == AS_WEEKDAY else None
        record.last_day = None if record.last_day == record.day else record.last_day
        self._check_days(record)

    @staticmethod
    def _check_days(record: CalendarDay) -> None:
        last = record.last_day or record.day
        if last < record.day:
            raise InvalidField("last_day", _("This day is before the first one."))
        if last - record.day > timedelta(days=MOST_DAYS):
            raise InvalidField("last_day", _("At most %(number)s days in a row.", number=MOST_DAYS))
        same = select(CalendarDay.day).where(
            CalendarDay.calendar_id == record.calendar_id, CalendarDay.id != (record.id or 0), CalendarDay.day <= last,
            func.coalesce(CalendarDay.last_day, CalendarDay.day) >= record.day).limit(1)
        with session().no_autoflush:
            taken = session().execute(same).scalar()
        if taken is not None:
            raise InvalidField("day", _("The calendar says something of these days already: see %(day)s.", day=taken))


calendar_service = CalendarService(
    Calendar, CALENDAR_WRITE,
    {"code", "name", "timezone", "base", "holiday_calendar", "ignores_holidays", "makeup_weekday", "is_active"},
    {"code", "name"},
)
calendar_week_service = CalendarWeekService(
    CalendarWeek, CALENDAR_WRITE, {"calendar", "valid_from", "valid_to", "hours"}, {"calendar_id", "hours"}
)
calendar_day_service = CalendarDayService(
    CalendarDay, CALENDAR_WRITE, {"calendar", "day", "last_day", "kind", "hours", "weekday", "name"},
    {"calendar_id", "day"},
)
