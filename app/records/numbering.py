"""Numbers: INC00001, with date parts in the prefix, padding, step and a reset by period.

Fast mode takes the number in a short transaction of its own, so that writers never wait for one another; a rolled
back record leaves a gap. Gap-free mode locks the row within the record's transaction. On SQLite, where one writer
runs at a time anyway, both are taken within the record's transaction.

A company may have a sequence of its own under the same code; its records then take their numbers from there.
"""

from datetime import datetime

from sqlalchemy import (
    Boolean,
    Connection,
    ForeignKey,
    Index,
    Integer,
    RowMapping,
    String,
    UniqueConstraint,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from app.db import Configured, Id, Label, Model, db, past_audit
from app.sdk import clock
from app.sdk.errors import BusinessError
from app.sdk.i18n import _, bilingual

PERIODS = {"never": "", "year": "%Y", "month": "%Y%m", "day": "%Y%m%d"}


class NumberSequence(Configured, Model):
    """How the numbers of one kind of record look, and which comes next."""

    __tablename__ = "number_sequence"

    __table_args__ = (
        UniqueConstraint("code", "company_id", name="uq_number_sequence_code_company"),
        # NULL equals nothing, so that the general sequence needs an index of its own.
        Index("uq_number_sequence_code_general", "code", unique=True, sqlite_where=text("company_id IS NULL"),
              postgresql_where=text("company_id IS NULL")),
    )

    code: Mapped[str] = mapped_column(String(64), index=True)
    company_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id", ondelete="CASCADE"), index=True)
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

    company = relationship("Company", lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return bilingual(self.label)

    def preview(self, at: datetime | None = None) -> str:
        """Return the number that would come next."""
        return shape(self.prefix, self.suffix, self.padding, self.next_value, at or clock.now())


def shape(prefix: str, suffix: str, padding: int, value: int, at: datetime) -> str:
    """Return a number as text."""
    return f"{at.strftime(prefix)}{value:0{padding}d}{at.strftime(suffix)}"


def next_number(session: Session, code: str, company_id: int | None = None) -> str:
    """Take the next number of a sequence. Raises BusinessError where there is no such sequence."""
    return next_numbers(session, code, 1, company_id)[0]


def next_numbers(session: Session, code: str, count: int, company_id: int | None = None) -> list[str]:
    """Take several numbers at once. Raises BusinessError where there is no such sequence."""
    connection = session.connection()
    found = _sequence(connection, code, company_id)
    if found is None:
        raise BusinessError(_("There is no number sequence “%(code)s”.", code=code), code="numbering.unknown")
    taken = None
    if not found["is_gap_free"] and connection.dialect.name != "sqlite":
        with db.engine.begin() as own:
            taken = _take(own, found["id"], count)
    # A sequence that was made in this very transaction is seen by it alone.
    return _take(connection, found["id"], count) if taken is None else taken  # type: ignore[return-value]


def has_sequence(session: Session, code: str) -> bool:
    """Say whether there is a sequence of that code for records of any company."""
    return _sequence(session.connection(), code, None) is not None


def _sequence(connection: Connection, code: str, company_id: int | None) -> RowMapping | None:
    table = NumberSequence.__table__
    mine = or_(table.c.company_id.is_(None), table.c.company_id == company_id)
    statement = select(table.c.id, table.c.is_gap_free).where(table.c.code == code, mine)
    # The company's own comes before the general one, whatever the database thinks of NULL.
    return connection.execute(statement.order_by(table.c.company_id.is_(None)).limit(1)).mappings().first()


def _take(connection: Connection, sequence_id: int, count: int) -> list[str] | None:
    table, now = NumberSequence.__table__, clock.now()
    row = connection.execute(select(table).where(table.c.id == sequence_id).with_for_update()).mappings().first()
    if row is None:
        return None
    period = now.strftime(PERIODS[row["reset_period"]])
    first = 1 if period != row["current_period"] else row["next_value"]
    values = [first + row["step"] * index for index in range(count)]
    with past_audit("which number comes next is said by the records that have the others"):
        connection.execute(
            update(table).where(table.c.id == sequence_id)
            .values(next_value=first + row["step"] * count, current_period=period)
        )
    return [shape(row["prefix"], row["suffix"], row["padding"], value, now) for value in values]
