"""Notebooks and their pages; a page may follow another."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Audited, Id, Label, Model, Record, UtcDateTime
from app.organisation.models import Person


class Notebook(Record, Model):
    """A notebook of somebody."""

    __tablename__ = "sample_notebook"

    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[dict[str, str]] = mapped_column(Label)
    price: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    owner_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), index=True)

    owner: Mapped[Person | None] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return self.code


class NotebookPage(Audited, Model):
    """One page."""

    __tablename__ = "sample_notebook_page"

    notebook_id: Mapped[int] = mapped_column(Id, ForeignKey("sample_notebook.id", ondelete="CASCADE"), index=True)
    follows_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("sample_notebook_page.id", ondelete="SET NULL"), index=True
    )
    body: Mapped[str | None] = mapped_column(Text)

    notebook: Mapped[Notebook] = relationship(lazy="select", passive_deletes=True)
