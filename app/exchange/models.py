"""The tables of imports and of large exports: the files, what was wrong with which row, mappings that are kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Json, Model, UtcDateTime

DRAFT, WAITING, RUNNING, DONE, CANCELLED, FAILED = "draft", "waiting", "running", "done", "cancelled", "failed"
UNDER_WAY = (WAITING, RUNNING)


class ImportRun(Model):
    """One file on its way in: who brought it, how its columns are mapped, how far it has come."""

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'waiting', 'running', 'done', 'cancelled', 'failed')", "state"),
        Index("ix_import_run_user", "user_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("ab_user.id", ondelete="SET NULL"))
    actor_label: Mapped[str] = mapped_column(String(200))
    page: Mapped[str] = mapped_column(String(100))
    record_type: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(255))
    file_format: Mapped[str] = mapped_column(String(40))
    file_key: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    language: Mapped[str] = mapped_column(String(8))
    timezone: Mapped[str] = mapped_column(String(64))
    headers: Mapped[Any] = mapped_column(Json)
    sample: Mapped[Any] = mapped_column(Json)
    # {number of the column: field}, the field by which rows are known again, and what else was chosen.
    mapping: Mapped[Any] = mapped_column(Json)
    key_field: Mapped[str] = mapped_column(String(64), default="")
    source: Mapped[str] = mapped_column(String(40), default="file")
    create_missing: Mapped[bool] = mapped_column(Boolean, default=False)
    is_trial: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(10), default=DRAFT)
    error: Mapped[str | None] = mapped_column(Text)
    total: Mapped[int] = mapped_column(Integer, default=0)
    done: Mapped[int] = mapped_column(Integer, default=0)
    created: Mapped[int] = mapped_column(Integer, default=0)
    changed: Mapped[int] = mapped_column(Integer, default=0)
    unchanged: Mapped[int] = mapped_column(Integer, default=0)
    refused: Mapped[int] = mapped_column(Integer, default=0)

    @property
    def is_part_in(self) -> bool:
        """Whether the import ended before its last row: it goes on after those that are through."""
        return self.state in (CANCELLED, FAILED) and not self.is_trial and self.done > 0


class ExportRun(Model):
    """One list on its way into a file: who asked, what the list was, how far the file has come."""

    __tablename__ = "export_run"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'cancelled', 'failed')", "state"),
        Index("ix_export_run_user", "user_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("ab_user.id", ondelete="SET NULL"))
    actor_label: Mapped[str] = mapped_column(String(200))
    page: Mapped[str] = mapped_column(String(100))
    # The list as its address and its reader had it.
    query: Mapped[str] = mapped_column(Text)
    columns: Mapped[Any] = mapped_column(Json)
    order_by: Mapped[str] = mapped_column(String(100))
    order_direction: Mapped[str] = mapped_column(String(4))
    file_format: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(8))
    timezone: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    # How many rows there were when it was asked for, how many are read, and the place behind the last of them.
    total: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer, default=0)
    place: Mapped[str | None] = mapped_column(String(800))
    length: Mapped[int] = mapped_column(BigInteger, default=0)
    file_key: Mapped[str | None] = mapped_column(String(80))
    size: Mapped[int | None] = mapped_column(BigInteger)


class ImportFault(Model):
    """What was wrong with a cell of a row, in the words of whoever brought the file."""

    __tablename__ = "import_fault"
    __table_args__ = (Index("ix_import_fault_run", "run_id", "id"),)

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    run_id: Mapped[int] = mapped_column(Id, ForeignKey("import_run.id", ondelete="CASCADE"))
    row: Mapped[int] = mapped_column(Integer)
    column: Mapped[str] = mapped_column(String(200))
    value: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(Text)


class ImportMapping(Model):
    """How the columns of a kind of file are mapped, kept by a name for oneself or for everybody."""

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("owner_id", "page", "name", name="uq_import_mapping"),
                      Index("ix_import_mapping_page", "page"))

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    # "passes_on": kept by a name on a page, it goes to whoever takes a deleted user's place.
    owner_id: Mapped[int] = mapped_column(
        Integer, ForeignKey("ab_user.id", ondelete="CASCADE"), info={"passes_on": True},
    )
    page: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(100))
    is_shared: Mapped[bool] = mapped_column(Boolean, default=False)
    # {heading: field}
    fields: Mapped[Any] = mapped_column(Json)
    key_field: Mapped[str] = mapped_column(String(64), default="")


__all__ = ["CANCELLED", "DONE", "DRAFT", "FAILED", "RUNNING", "UNDER_WAY", "WAITING", "ImportFault", "ImportMapping",
           "ImportRun"]
