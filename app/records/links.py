"""Links between any two records, and who watches a record."""

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Audited, Id, Model

# Before the type of a record that was erased with its addon: no such record is there any more, only its label.
REMOVED = "removed:"


class RecordLink(Audited, Model):
    """Source relates to target: is its duplicate, was caused by it, is its child (app.records.link_roles)."""

    __tablename__ = "record_link"
    __table_args__ = (
        UniqueConstraint("kind", "source_type", "source_id", "target_type", "target_id", name="uq_record_link"),
        Index("ix_record_link_source", "source_type", "source_id"),
        Index("ix_record_link_target", "target_type", "target_id"),
    )

    kind: Mapped[str] = mapped_column(String(20))
    source_type: Mapped[str] = mapped_column(String(64))
    source_id: Mapped[int] = mapped_column(Id)
    # The label is what the link reads as once the other record's addon is gone.
    source_label: Mapped[str] = mapped_column(String(200), default="")
    target_type: Mapped[str] = mapped_column(String(64))
    target_id: Mapped[int] = mapped_column(Id)
    target_label: Mapped[str] = mapped_column(String(200), default="")


class Watcher(Audited, Model):
    """A person who wants to hear about a record."""

    __tablename__ = "watcher"
    __table_args__ = (
        UniqueConstraint("record_type", "record_id", "person_id", name="uq_watcher"),
        Index("ix_watcher_person", "person_id"),
    )

    record_type: Mapped[str] = mapped_column(String(64))  # type: ignore[assignment]
    record_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int] = mapped_column(Id, info={"refers_to": "person"})
