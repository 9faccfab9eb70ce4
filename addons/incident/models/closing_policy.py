"""How solved incidents of a category come to their end."""

from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Configured, Id, Model
from app.records.picklists import PicklistValue
from app.sdk.i18n import _l

# A person of the desk tells the customer and closes; the customer is told at once and asked; told and closed at once.
BY_DESK, ASK, AT_ONCE = "desk", "ask", "close"
MODES: dict[str, Any] = {
    BY_DESK: _l("The service desk tells the customer and closes"),
    ASK: _l("The customer is told at once and asked to confirm"),
    AT_ONCE: _l("The customer is told at once and the incident closed"),
}
# Whether work must have been logged before an incident is resolved.
NEEDED, FREE = "needed", "free"
WORK: dict[str, Any] = {NEEDED: _l("Work must have been logged"), FREE: _l("Nothing need be logged")}


class ClosingPolicy(Configured, Model):
    """The policy of one category and of all below it that have none of their own."""

    __tablename__ = "closing_policy"

    category_id: Mapped[int] = mapped_column(Id, ForeignKey("picklist_value.id", ondelete="CASCADE"), unique=True)
    mode: Mapped[str] = mapped_column(String(20))
    # None is as the category above has it, else as the setting says.
    work: Mapped[str | None] = mapped_column(String(20))

    category: Mapped[PicklistValue] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return str(self.category)
