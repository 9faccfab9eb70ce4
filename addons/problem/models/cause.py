"""Why: the answers that lead from a symptom to the root cause, as a tree."""

from sqlalchemy import Boolean, ForeignKey, Integer, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.problem.models.problem import Problem
from app.db import Id, Model, Record
from app.records.picklists import PicklistValue


class Cause(Record, Model):
    """One answer to "why?". Below it stand the answers to why that is so; Ishikawa's categories sort the first ones."""

    __tablename__ = "problem_cause"

    problem_id: Mapped[int] = mapped_column(Id, ForeignKey("problem.id", ondelete="CASCADE"), index=True)
    parent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("problem_cause.id", ondelete="CASCADE"), index=True)
    category_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("picklist_value.id", ondelete="SET NULL"), index=True
    )
    text: Mapped[str] = mapped_column(String(500))
    is_root: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    sequence: Mapped[int] = mapped_column(Integer, default=10, server_default="10")

    problem: Mapped[Problem] = relationship(lazy="select", passive_deletes=True)
    parent: Mapped["Cause | None"] = relationship(remote_side="Cause.id", lazy="select", passive_deletes=True)
    category: Mapped[PicklistValue | None] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return self.text
