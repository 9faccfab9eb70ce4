"""What was sent by the quick log already, so that one call makes one incident, however often it is sent."""

from datetime import datetime

from sqlalchemy import ForeignKey, Identity, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Model, UtcDateTime


class QuickEntry(Model):
    """One form: the token that it was given, and the incident that it became."""

    __tablename__ = "incident_quick_entry"

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int | None] = mapped_column(Id)
    incident_id: Mapped[int | None] = mapped_column(Id, ForeignKey("incident.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
