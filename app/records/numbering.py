"""Numbers: INC00001, with date parts in the prefix, padding, step and a reset by period.

Fast mode takes the number in a short transaction of its own, so that writers never wait for one another; a rolled
back record leaves a gap. Gap-free mode locks the row within the record's transaction. On SQLite, where one writer
runs at a time anyway, both are taken within the record's transaction.
"""

from datetime import datetime

from sqlalchemy import Boolean, Integer, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Configured, Label, Model, db
from app.sdk import clock
from app.sdk.errors import BusinessError
from app.sdk.i18n import _, bilingual

PERIODS = {"never": "", "year": "%Y", "month": "%Y%m", "day": "%Y%m%d"}


class NumberSequence(Configured, Model):
    """How the numbers of one kind of record look, and which comes next."""

    __tablename__ = "number_sequence"

    code: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[dict[str, str]] = mapped_column(Label)
    # May hold strftime parts: "PO%Y-" gives PO2026-00001.
    prefix: Mapped[str] = mapped_column(String(40), default="")
    suffix: Mapped[str] = mapped_column(String(40), default="")
    padding: Mapped[int] = mapped_column(Integer, default=5)
    step: Mapped[int] = mapped_column(Integer, default=1)
    next_value: Mapped[int] = mapped_column(Integer, default=1)
    reset_period: Mapped[str] = mapped_column(String(10), default="never")
    current_period: Mapped[str] = mapped_column(String(10), default="")
    is_gap_free: Mapped[bool] = mapped_column(Boolean, default=False)

    __unaudited__ = Configured.__unaudited__ | {"next_value", "current_period"}

    def __str__(self) -> str:
        return bilingual(self.label)

    def preview(self, at: datetime | None = None) -> str:
        """Return the number that would come next."""
        return shape(self.prefix, self.suffix, self.padding, self.next_value, at or clock.now())


def shape(prefix: str, suffix: str, padding: int, value: int, at: datetime) -> str:
    """Return a number as text."""
    return f"{at.strftime(prefix)}{value:0{padding}d}{at.strftime(suffix)}"


def next_number(session: Session, code: str) -> str:
    """Take the next number of a sequence. Raises BusinessError where there is no such sequence."""
    return next_numbers(session, code, 1)[0]


def next_numbers(session: Session, code: str, count: int) -> list[str]:
    """Take several numbers at once. Raises BusinessError where there is no such sequence."""
    table = NumberSequence.__table__
    connection = session.connection()
    gap_free = connection.execute(select(table.c.is_gap_free).where(table.c.code == code)).scalar()
    if gap_free is None:
        raise BusinessError(_("There is no number sequence “%(code)s”.", code=code), code="numbering.unknown")
    if gap_free or connection.dialect.name == "sqlite":
        return _take(connection, code, count)
    with db.engine.begin() as own:
        return _take(own, code, count)


def has_sequence(session: Session, code: str) -> bool:
    """Say whether there is a sequence of that code."""
    return session.execute(select(NumberSequence.id).where(NumberSequence.code == code)).first() is not None


def _take(connection: "object", code: str, count: int) -> list[str]:
    table, now = NumberSequence.__table__, clock.now()
    row = connection.execute(  # type: ignore[attr-defined]
        select(table).where(table.c.code == code).with_for_update()
    ).mappings().one()
    period = now.strftime(PERIODS[row["reset_period"]])
    first = 1 if period != row["current_period"] else row["next_value"]
    values = [first + row["step"] * index for index in range(count)]
    connection.execute(  # type: ignore[attr-defined]
        update(table).where(table.c.code == code)
        .values(next_value=first + row["step"] * count, current_period=period)
    )
    return [shape(row["prefix"], row["suffix"], row["padding"], value, now) for value in values]
