"""The priority matrix: impact × urgency gives priority (ITIL 4, incident management practice)."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Configured, Id, Model
from app.records.picklists import PicklistValue


class PriorityRule(Configured, Model):
    """One cell of the matrix."""

    __tablename__ = "ticket_priority_rule"
    __table_args__ = (UniqueConstraint("impact_id", "urgency_id", name="uq_ticket_priority_rule"),)

    impact_id: Mapped[int] = mapped_column(Id, ForeignKey("picklist_value.id", ondelete="CASCADE"), index=True)
    urgency_id: Mapped[int] = mapped_column(Id, ForeignKey("picklist_value.id", ondelete="CASCADE"), index=True)
    priority_id: Mapped[int] = mapped_column(Id, ForeignKey("picklist_value.id", ondelete="CASCADE"), index=True)

    impact: Mapped[PicklistValue] = relationship(foreign_keys=[impact_id], lazy="select", passive_deletes=True)
    urgency: Mapped[PicklistValue] = relationship(foreign_keys=[urgency_id], lazy="select", passive_deletes=True)
    priority: Mapped[PicklistValue] = relationship(foreign_keys=[priority_id], lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return f"{self.impact} × {self.urgency}"
