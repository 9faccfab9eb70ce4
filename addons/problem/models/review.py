"""What was learned from a problem."""

from datetime import date

from sqlalchemy import Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.problem.models.problem import Problem
from app.db import Id, Model, Record
from app.organisation.models import Person


class Review(Record, Model):
    """The record of a review meeting."""

    __tablename__ = "problem_review"

    problem_id: Mapped[int] = mapped_column(Id, ForeignKey("problem.id", ondelete="CASCADE"), index=True)
    held_on: Mapped[date] = mapped_column(Date)
    chair_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), index=True)
    participants: Mapped[str | None] = mapped_column(String(500))
    went_well: Mapped[str | None] = mapped_column(Text)
    to_improve: Mapped[str | None] = mapped_column(Text)
    conclusions: Mapped[str] = mapped_column(Text)
    decisions: Mapped[str | None] = mapped_column(Text)

    problem: Mapped[Problem] = relationship(lazy="select", passive_deletes=True)
    chair: Mapped[Person | None] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return f"{self.held_on:%Y-%m-%d}"
