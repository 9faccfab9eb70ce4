"""What was learned from a problem."""

from datetime import date

from sqlalchemy import Date, ForeignKey, Identity, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.problem.models.problem import Problem
from app.db import Id, Model, Record
from app.organisation.models import Person


class Participant(Model):
    """Somebody who took part in a review meeting."""

    __tablename__ = "problem_review_participant"
    __table_args__ = (UniqueConstraint("review_id", "person_id"),)

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    review_id: Mapped[int] = mapped_column(Id, ForeignKey("problem_review.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)


class Review(Record, Model):
    """The record of a review meeting."""

    __tablename__ = "problem_review"

    problem_id: Mapped[int] = mapped_column(Id, ForeignKey("problem.id", ondelete="CASCADE"), index=True)
    held_on: Mapped[date] = mapped_column(Date, index=True)
    chair_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), index=True)
    # Who was there and is nobody the desk knows: an engineer of the maker, a colleague of the customer.
    guests: Mapped[str | None] = mapped_column(String(500))
    went_well: Mapped[str | None] = mapped_column(Text)
    to_improve: Mapped[str | None] = mapped_column(Text)
    conclusions: Mapped[str] = mapped_column(Text)
    decisions: Mapped[str | None] = mapped_column(Text)

    problem: Mapped[Problem] = relationship(lazy="select", passive_deletes=True)
    chair: Mapped[Person | None] = relationship(lazy="select", passive_deletes=True)
    # As far as the reader sees people; written by the service.
    participants: Mapped[list[Person]] = relationship(
        secondary=Participant.__tablename__, viewonly=True, lazy="select", order_by=Person.id)

    def __str__(self) -> str:
        return f"{self.held_on:%Y-%m-%d}"
