"""Where a record that was brought in came from, so that bringing it in again finds it and changes nothing."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Identity, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Id, Model, UtcDateTime


class ImportOrigin(Model):
    """One record of another system: what it is called there, which record it is here, and a print of what was read."""

    __tablename__ = "import_origin"
    __table_args__ = (
        UniqueConstraint("source", "record_type", "reference", name="uq_import_origin"),
        Index("ix_import_origin_record", "record_type", "record_id"),
    )

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    source: Mapped[str] = mapped_column(String(40))
    record_type: Mapped[str] = mapped_column(String(64))
    reference: Mapped[str] = mapped_column(String(100))
    record_id: Mapped[int] = mapped_column(Id)
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)


def known(session: Session, source: str, record_type: str) -> dict[str, tuple[int, str]]:
    """Return {reference: (record id, fingerprint)} of what a source brought in before."""
    return {reference: (record_id, mark) for reference, record_id, mark in _rows(session, source, record_type)}


def _rows(session: Session, source: str, record_type: str) -> Iterator[tuple[str, int, str]]:
    table = ImportOrigin.__table__
    statement = select(table.c.reference, table.c.record_id, table.c.fingerprint).where(
        table.c.source == source, table.c.record_type == record_type
    )
    for row in session.connection().execute(statement):
        yield row.reference, row.record_id, row.fingerprint
