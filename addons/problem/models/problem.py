"""Problems: the causes of incidents, known or still looked for."""

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Integer, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.ticket.models import Ticket
from app.db import Id, UtcDateTime
from app.records.picklists import PicklistValue


class Problem(Ticket):
    """A cause, or potential cause, of one or more incidents (ITIL 4)."""

    __tablename__ = "problem"
    __record_type__ = "problem"
    __searched__ = (*Ticket.__searched__, "symptoms", "root_cause", "workaround", "published_workaround",
                    "permanent_fix")
    __table_args__ = {}  # type: ignore[assignment, var-annotated]
    __mapper_args__ = {"polymorphic_identity": "problem"}

    id: Mapped[int] = mapped_column(Id, ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True)
    source_id: Mapped[int | None] = mapped_column(Id, ForeignKey("picklist_value.id", ondelete="SET NULL"), index=True)
    root_cause_code_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("picklist_value.id", ondelete="SET NULL"), index=True
    )
    symptoms: Mapped[str | None] = mapped_column(Text)
    root_cause: Mapped[str | None] = mapped_column(Text)
    workaround: Mapped[str | None] = mapped_column(Text)
    permanent_fix: Mapped[str | None] = mapped_column(Text)
    # The workaround as it was published last: what others read while the next one is being written. Then how often
    # that was, and when last: each edition is told once.
    published_workaround: Mapped[str | None] = mapped_column(Text)
    edition: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    is_public: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    review_on: Mapped[date | None] = mapped_column(Date, index=True)
    # When somebody last said that the known error still holds, and since when nobody is offered it any more.
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    # The day of review that people were reminded of: of each day once.
    reminded_of: Mapped[date | None] = mapped_column(Date)

    source: Mapped[PicklistValue | None] = relationship(foreign_keys=[source_id], lazy="select", passive_deletes=True)
    root_cause_code: Mapped[PicklistValue | None] = relationship(
        foreign_keys=[root_cause_code_id], lazy="select", passive_deletes=True
    )

    @property
    def solution(self) -> str | None:
        """What mails and merged tickets call the solution."""
        return self.permanent_fix
