"""What has to be done about a problem."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.problem.models.problem import Problem
from addons.problem.models.review import Review
from app.db import Id, Model, Record
from app.organisation.models import Person, WorkGroup
from app.sdk.i18n import _lp

OPEN, DONE, DROPPED = "open", "done", "dropped"
STATES: dict[str, Any] = {
    OPEN: _lp("task", "Open"), DONE: _lp("task", "Done"), DROPPED: _lp("task", "Dropped"),
}


class Task(Record, Model):
    """One piece of work: a test, a question to the supplier, a measurement."""

    __tablename__ = "problem_task"

    problem_id: Mapped[int] = mapped_column(Id, ForeignKey("problem.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(20), default=OPEN, server_default=OPEN, index=True)
    group_id: Mapped[int | None] = mapped_column(Id, ForeignKey("work_group.id", ondelete="SET NULL"), index=True)
    assignee_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), index=True)
    due_on: Mapped[date | None] = mapped_column(Date, index=True)
    result: Mapped[str | None] = mapped_column(Text)
    # The meeting that wanted it.
    review_id: Mapped[int | None] = mapped_column(Id, ForeignKey("problem_review.id", ondelete="SET NULL"), index=True)
    # The due day that its assignee was reminded of: of each day once.
    reminded_of: Mapped[date | None] = mapped_column(Date)

    problem: Mapped[Problem] = relationship(lazy="select", passive_deletes=True)
    group: Mapped[WorkGroup | None] = relationship(lazy="select", passive_deletes=True)
    assignee: Mapped[Person | None] = relationship(lazy="select", passive_deletes=True)
    review: Mapped[Review | None] = relationship(lazy="select", passive_deletes=True)

    # Said with a change and logged on the problem, never stored here.
    work_minutes: ClassVar[None] = None

    def __str__(self) -> str:
        return self.title
