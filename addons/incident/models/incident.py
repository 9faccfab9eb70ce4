"""Incidents, and the requests, queries, complaints and change requests that the desk records the same way."""

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.ticket.models import Ticket
from app.db import Id
from app.organisation.models import Person
from app.records.lists import stores_code
from app.records.picklists import PicklistValue


class Incident(Ticket):
    """An unplanned interruption of a service, or something a customer asks for (INC-01 lists the kinds)."""

    __tablename__ = "incident"
    __record_type__ = "incident"
    __searched__ = (*Ticket.__searched__, "solution", "supplier_reference", "contact_phone")
    __table_args__ = {}  # type: ignore[assignment, var-annotated]
    __mapper_args__ = {"polymorphic_identity": "incident"}

    id: Mapped[int] = mapped_column(Id, ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True)
    on_behalf_of_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    contact_phone: Mapped[str | None] = mapped_column(String(60))
    symptom_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("picklist_value.id", ondelete="SET NULL"), index=True
    )
    resolution_code_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("picklist_value.id", ondelete="SET NULL"), index=True
    )
    cause_code_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("picklist_value.id", ondelete="SET NULL"), index=True
    )
    solution: Mapped[str | None] = mapped_column(Text)
    priority_reason: Mapped[str | None] = mapped_column(String(400))
    supplier_reference: Mapped[str | None] = mapped_column(String(100))

    on_behalf_of: Mapped[Person | None] = relationship(
        foreign_keys=[on_behalf_of_id], lazy="select", passive_deletes=True
    )
    symptom: Mapped[PicklistValue | None] = relationship(
        foreign_keys=[symptom_id], lazy="select", passive_deletes=True
    )
    resolution_code: Mapped[PicklistValue | None] = relationship(
        foreign_keys=[resolution_code_id], lazy="select", passive_deletes=True
    )
    cause_code: Mapped[PicklistValue | None] = relationship(
        foreign_keys=[cause_code_id], lazy="select", passive_deletes=True
    )


stores_code("incident.kind", Incident.kind)
