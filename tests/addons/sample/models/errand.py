"""A ticket type of the sample's own: its rows stay readable as tickets when the sample is off."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from addons.ticket.models import Ticket
from app.db import Id


class Errand(Ticket):
    """Something to be fetched."""

    __tablename__ = "sample_errand"
    __record_type__ = "errand"
    __table_args__ = {}
    __mapper_args__ = {"polymorphic_identity": "errand"}

    id: Mapped[int] = mapped_column(Id, ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True)
    thing: Mapped[str] = mapped_column(String(100))
