"""What keeps a workaround from being told twice."""

from datetime import datetime

from sqlalchemy import ForeignKey, Identity, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Model, UtcDateTime


class Telling(Model):
    """One edition of a problem's workaround, told to one incident."""

    __tablename__ = "incident_problem_telling"
    __table_args__ = (UniqueConstraint("problem_id", "incident_id", "edition"),)

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    problem_id: Mapped[int] = mapped_column(Id, ForeignKey("problem.id", ondelete="CASCADE"), index=True)
    incident_id: Mapped[int] = mapped_column(Id, ForeignKey("incident.id", ondelete="CASCADE"), index=True)
    edition: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
