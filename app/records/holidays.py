"""Lists of official holidays: the days, and for which years they are known."""

from datetime import date

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Configured, Id, Label, Model
from app.sdk.i18n import bilingual

HOLIDAY, WORKING = "holiday", "working"


class HolidayCalendar(Configured, Model):
    """The holidays of a country or region, with who publishes them."""

    __tablename__ = "holiday_calendar"

    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[dict[str, str]] = mapped_column(Label)
    source: Mapped[str | None] = mapped_column(String(400))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, index=True)
    sort_zh: Mapped[str] = mapped_column(String(200), default="", index=True)
    sort_en: Mapped[str] = mapped_column(String(200), default="", index=True)

    __unaudited__ = Configured.__unaudited__ | {"sort_zh", "sort_en"}

    def __str__(self) -> str:
        return bilingual(self.name)


class HolidayYear(Configured, Model):
    """A year whose days are known, with the notice that says so. A year without a row is not known."""

    __tablename__ = "holiday_year"
    __table_args__ = (UniqueConstraint("holiday_calendar_id", "year", name="uq_holiday_year"),)

    holiday_calendar_id: Mapped[int] = mapped_column(
        Id, ForeignKey("holiday_calendar.id", ondelete="CASCADE"), index=True
    )
    year: Mapped[int] = mapped_column(Integer, index=True)
    source: Mapped[str | None] = mapped_column(String(400))

    holiday_calendar: Mapped[HolidayCalendar] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return str(self.year)


class HolidayDay(Configured, Model):
    """A holiday, or a day that is worked to make up for one."""

    __tablename__ = "holiday_day"
    __table_args__ = (UniqueConstraint("holiday_calendar_id", "day", name="uq_holiday_day"),)

    holiday_calendar_id: Mapped[int] = mapped_column(
        Id, ForeignKey("holiday_calendar.id", ondelete="CASCADE"), index=True
    )
    day: Mapped[date] = mapped_column(Date, index=True)
    kind: Mapped[str] = mapped_column(String(20), default=HOLIDAY, index=True)
    # Which weekday's hours a working day has; None leaves it to each calendar.
    weekday: Mapped[int | None] = mapped_column(Integer)
    name: Mapped[dict[str, str] | None] = mapped_column(Label)

    holiday_calendar: Mapped[HolidayCalendar] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return f"{self.day} {bilingual(self.name)}".strip()
