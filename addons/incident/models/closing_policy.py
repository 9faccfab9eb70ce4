"""How solved incidents of a category come to their end."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Configured, Id, Model
from app.records.picklists import PicklistValue


class ClosingPolicy(Configured, Model):
    """The policy of one category and of all below it that have none of their own."""

    __tablename__ = "closing_policy"

    category_id: Mapped[int] = mapped_column(Id, ForeignKey("picklist_value.id", ondelete="CASCADE"), unique=True)
    mode: Mapped[str] = mapped_column(String(20))

    category: Mapped[PicklistValue] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return str(self.category)
