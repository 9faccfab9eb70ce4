"""Channels: the ways by which a request reaches the desk. Data, so that an adapter addon may add its own."""

from sqlalchemy import Boolean, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Configured, Label, Model
from app.sdk.i18n import bilingual


class Channel(Configured, Model):
    """Web, phone, e-mail, fax, walk-in, API, monitoring."""

    __tablename__ = "ticket_channel"

    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[dict[str, str]] = mapped_column(Label)
    sequence: Mapped[int] = mapped_column(Integer, default=10)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    def __str__(self) -> str:
        return bilingual(self.name)
