"""Certificates of anonymisation: that somebody's personal data was removed, when, by whom, why, how much of what."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Id, Json, Model, Record, UtcDateTime
from app.organisation.models import Person


class Anonymisation(Record, Model):
    """One certificate. It holds no personal data of the person, and nobody changes it."""

    __tablename__ = "anonymisation"

    number: Mapped[str] = mapped_column(String(40), unique=True)
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), index=True)
    done_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    done_by_id: Mapped[int | None] = mapped_column(Id)
    done_by_label: Mapped[str] = mapped_column(String(200), index=True)
    reason: Mapped[str] = mapped_column(Text)
    # {store: how many}; what was kept on purpose, counted likewise.
    removed: Mapped[dict[str, int]] = mapped_column(Json)
    kept: Mapped[dict[str, int]] = mapped_column(Json)

    person: Mapped[Person | None] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return self.number
