"""The work log: who worked on a ticket, on which day, for how long and at what."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Connection, Date, ForeignKey, Index, Integer, String, event, update
from sqlalchemy import inspect as state_of
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from addons.ticket.models.ticket import Ticket
from app.db import Id, Model, Record, UtcDateTime
from app.organisation.models import Person, WorkGroup
from app.records.picklists import PicklistValue

# A stretch of work, in minutes: what is longer is several days' work.
LEAST, MOST = 1, 1440


class WorkEntry(Record, Model):
    """One stretch of somebody's work on a ticket. Several people log theirs on the same one."""

    __tablename__ = "work_entry"
    __unaudited__ = Record.__unaudited__ | {"ticket_kind"}
    __table_args__ = (
        CheckConstraint(f"minutes BETWEEN {LEAST} AND {MOST}", "minutes"),
        Index("ix_work_entry_person_day", "person_id", "worked_on"),
        Index("ix_work_entry_group_day", "group_id", "worked_on"),
        Index("ix_work_entry_kind_day", "ticket_kind", "worked_on"),
        Index("ix_work_entry_billable_day", "is_billable", "worked_on"),
    )

    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("ticket.id", ondelete="CASCADE"), index=True)
    # What the ticket is (incident, service request): kept here so that a list of work is filtered by an index.
    ticket_kind: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    # Of which work group they were then.
    group_id: Mapped[int | None] = mapped_column(Id, ForeignKey("work_group.id", ondelete="SET NULL"))
    worked_on: Mapped[date] = mapped_column(Date, index=True)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minutes: Mapped[int] = mapped_column(Integer)
    activity_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("picklist_value.id", ondelete="SET NULL"), index=True
    )
    is_billable: Mapped[bool] = mapped_column(Boolean, default=False)
    is_on_site: Mapped[bool] = mapped_column(Boolean, default=False)
    note: Mapped[str | None] = mapped_column(String(1000))

    ticket: Mapped[Ticket] = relationship(lazy="select", passive_deletes=True)
    person: Mapped[Person | None] = relationship(lazy="select", passive_deletes=True)
    group: Mapped[WorkGroup | None] = relationship(lazy="select", passive_deletes=True)
    activity: Mapped[PicklistValue | None] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return f"{self.worked_on.isoformat()} · {self.minutes // 60}:{self.minutes % 60:02}"


@event.listens_for(Ticket, "after_update", propagate=True)
def _keep_kind(_mapper: Mapper[Any], connection: Connection, ticket: Ticket) -> None:
    if state_of(ticket).attrs.kind.history.has_changes():
        connection.execute(update(WorkEntry).where(WorkEntry.ticket_id == ticket.id).values(ticket_kind=ticket.kind))
