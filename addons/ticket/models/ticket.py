"""The common base of everything that is worked through a life cycle."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, declared_attr, foreign, mapped_column, relationship

from addons.ticket.models.channel import Channel
from addons.ticket.models.service import Service, ServiceOffering
from app.db import Id, Model, Record, UtcDateTime
from app.organisation.models import Company, Department, Person, Site, WorkGroup
from app.records.lists import stores_code
from app.records.picklists import PicklistValue
from app.records.tags import RecordTag
from app.sdk.confidentiality import NORMAL


def _choice(target: str, *, delete: str = "SET NULL", index: bool = True) -> Any:
    return mapped_column(Id, ForeignKey(f"{target}.id", ondelete=delete), index=index)


class Ticket(Record, Model):
    """Joined-table base. Every column that a list filters or sorts on sits here, so that one list serves all types."""

    __tablename__ = "ticket"
    __record_type__ = "ticket"
    __searched__: ClassVar[tuple[str, ...]] = ("number", "title", "external_reference", "description")
    __tracked__ = ("state", "pending_reason", "group_id", "assignee_id")
    __table_args__ = (
        Index("ix_ticket_type_opened", "type", "opened_at", "id"),
        Index("ix_ticket_group_category", "group_id", "state_category", "opened_at"),
        Index("ix_ticket_desk_category", "desk_group_id", "state_category", "opened_at"),
        Index("ix_ticket_assignee_category", "assignee_id", "state_category", "opened_at"),
        Index("ix_ticket_category_opened", "state_category", "opened_at"),
        # One's own are those one called about, holds or made: without it a customer with five reads a million.
        Index("ix_ticket_created_by_id", "created_by_id"),
        Index("ix_ticket_vip_category", "is_vip", "state_category", "opened_at"),
    )

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - a declared attribute of the class
        return {"polymorphic_on": "type", "polymorphic_identity": "ticket", "version_id_col": cls.version}

    type: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40), index=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    description: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(40), index=True)
    state_category: Mapped[str] = mapped_column(String(20))
    pending_reason: Mapped[str | None] = mapped_column(String(40), index=True)
    support_line: Mapped[int | None] = mapped_column(Integer)
    is_vip: Mapped[bool] = mapped_column(Boolean, default=False)
    confidentiality: Mapped[int] = mapped_column(Integer, default=NORMAL, server_default=text("0"), index=True)
    external_reference: Mapped[str | None] = mapped_column(String(100), index=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    # When the customer was told of the solution, and until when they may answer before the ticket is closed.
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    answer_by: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    # Caches of what the intervals say; `run.py verify tickets` recomputes them.
    reopen_count: Mapped[int] = mapped_column(Integer, default=0)
    transfer_count: Mapped[int] = mapped_column(Integer, default=0)
    is_priority_overridden: Mapped[bool] = mapped_column(Boolean, default=False)

    channel_id: Mapped[int | None] = _choice("ticket_channel")
    caller_id: Mapped[int | None] = _choice("person")
    company_id: Mapped[int | None] = _choice("company")
    department_id: Mapped[int | None] = _choice("department")
    site_id: Mapped[int | None] = _choice("site")
    service_id: Mapped[int | None] = _choice("service")
    offering_id: Mapped[int | None] = _choice("service_offering")
    category_id: Mapped[int | None] = _choice("picklist_value")
    impact_id: Mapped[int | None] = _choice("picklist_value")
    urgency_id: Mapped[int | None] = _choice("picklist_value")
    priority_id: Mapped[int | None] = _choice("picklist_value")
    # Found by the indexes above that begin with them. One of the column alone is read whole where rights are asked too.
    group_id: Mapped[int | None] = _choice("work_group", index=False)
    assignee_id: Mapped[int | None] = _choice("person", index=False)
    # The service desk that owns the ticket, whoever works on it, and who held it when it was solved.
    desk_group_id: Mapped[int | None] = _choice("work_group", index=False)
    solved_group_id: Mapped[int | None] = _choice("work_group")
    supplier_id: Mapped[int | None] = _choice("company")

    # For lists and files; a service gives a ticket its tags.
    tags: Mapped[list[RecordTag]] = relationship(
        primaryjoin=lambda: (foreign(RecordTag.record_id) == Ticket.id) & (RecordTag.record_type == Ticket.type),
        order_by=RecordTag.name, lazy="select", viewonly=True
    )
    channel: Mapped[Channel | None] = relationship(lazy="select", passive_deletes=True)
    caller: Mapped[Person | None] = relationship(foreign_keys=[caller_id], lazy="select", passive_deletes=True)
    company: Mapped[Company | None] = relationship(foreign_keys=[company_id], lazy="select", passive_deletes=True)
    department: Mapped[Department | None] = relationship(lazy="select", passive_deletes=True)
    site: Mapped[Site | None] = relationship(lazy="select", passive_deletes=True)
    service: Mapped[Service | None] = relationship(lazy="select", passive_deletes=True)
    offering: Mapped[ServiceOffering | None] = relationship(lazy="select", passive_deletes=True)
    category: Mapped[PicklistValue | None] = relationship(
        foreign_keys=[category_id], lazy="select", passive_deletes=True
    )
    impact: Mapped[PicklistValue | None] = relationship(
        foreign_keys=[impact_id], lazy="select", passive_deletes=True
    )
    urgency: Mapped[PicklistValue | None] = relationship(
        foreign_keys=[urgency_id], lazy="select", passive_deletes=True
    )
    priority: Mapped[PicklistValue | None] = relationship(
        foreign_keys=[priority_id], lazy="select", passive_deletes=True
    )
    group: Mapped[WorkGroup | None] = relationship(foreign_keys=[group_id], lazy="select", passive_deletes=True)
    desk_group: Mapped[WorkGroup | None] = relationship(
        foreign_keys=[desk_group_id], lazy="select", passive_deletes=True
    )
    solved_group: Mapped[WorkGroup | None] = relationship(
        foreign_keys=[solved_group_id], lazy="select", passive_deletes=True
    )
    assignee: Mapped[Person | None] = relationship(foreign_keys=[assignee_id], lazy="select", passive_deletes=True)
    supplier: Mapped[Company | None] = relationship(foreign_keys=[supplier_id], lazy="select", passive_deletes=True)

    # Why the present step was taken; the interval that it opens keeps it.
    transition_reason: ClassVar[str | None] = None

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


stores_code("ticket.pending_reason", Ticket.pending_reason)
