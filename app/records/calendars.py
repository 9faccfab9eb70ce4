"""Service calendars as an administrator keeps them; calendar_reads makes values to reckon with of them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from app.db import Configured, Id, Json, Label, Model
from app.records.holidays import HolidayCalendar
from app.records.picklists import sort_keys
from app.sdk.i18n import bilingual

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOSED, OPEN, AS_WEEKDAY = "closed", "open", "weekday"


class Calendar(Configured, Model):
    """When a company, service or work group works. Based on another, it says only what differs."""

    __tablename__ = "calendar"

    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[dict[str, str]] = mapped_column(Label)
    timezone: Mapped[str] = mapped_column(String(64), default="Asia/Shanghai")
    base_id: Mapped[int | None] = mapped_column(Id, ForeignKey("calendar.id", ondelete="SET NULL"), index=True)
    holiday_calendar_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("holiday_calendar.id", ondelete="SET NULL"), index=True
    )
    # Works on holidays, also on those that its base keeps.
    ignores_holidays: Mapped[bool] = mapped_column(Boolean, default=False)
    # Whose hours a make-up day has: 0 is Monday.
    makeup_weekday: Mapped[int | None] = mapped_column(Integer)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, index=True)
    sort_zh: Mapped[str] = mapped_column(String(200), default="", index=True)
    sort_en: Mapped[str] = mapped_column(String(200), default="", index=True)

    __unaudited__ = Configured.__unaudited__ | {"sort_zh", "sort_en"}

    base: Mapped["Calendar | None"] = relationship(remote_side="Calendar.id", lazy="select", passive_deletes=True)
    holiday_calendar: Mapped[HolidayCalendar | None] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return bilingual(self.name)


class CalendarWeek(Configured, Model):
    """The hours of the weekdays, from a day to a day: {"mon": "09:00-12:00 13:00-18:00", "sat": ""}.

    A weekday that is not named is as in the base calendar, one with no hours is closed.
    """

    __tablename__ = "calendar_week"

    calendar_id: Mapped[int] = mapped_column(Id, ForeignKey("calendar.id", ondelete="CASCADE"), index=True)
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    hours: Mapped[dict[str, str]] = mapped_column(Json)

    calendar: Mapped[Calendar] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return f"{self.calendar}: {self.valid_from or '…'} – {self.valid_to or '…'}"


class CalendarDay(Configured, Model):
    """A day, or some days in a row, that differ from the week: closed, other hours, or as a given weekday."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("calendar_id", "day", name="uq_calendar_day"),)

    calendar_id: Mapped[int] = mapped_column(Id, ForeignKey("calendar.id", ondelete="CASCADE"), index=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    last_day: Mapped[date | None] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(20), default=CLOSED)
    hours: Mapped[str | None] = mapped_column(String(200))
    weekday: Mapped[int | None] = mapped_column(Integer)
    name: Mapped[dict[str, str] | None] = mapped_column(Label)

    calendar: Mapped[Calendar] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return f"{self.day} {bilingual(self.name)}".strip()


def _fill_sort_keys(_mapper: Mapper[Any], _connection: Any, row: Any) -> None:
    row.sort_zh, row.sort_en = sort_keys(row.name)


def hours_in_words(hours: Mapping[str, str] | None) -> str:
    """Return the hours of a week in a line, for the audit log."""
    return "; ".join(f"{day} {text or '–'}" for day, text in (hours or {}).items())


for _model in (Calendar, HolidayCalendar):
    event.listen(_model, "before_insert", _fill_sort_keys)
    event.listen(_model, "before_update", _fill_sort_keys)
