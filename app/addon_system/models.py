"""The addon system's own tables: what is installed, what was done, which set every process serves."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Identity, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Json, Label, Model, UtcDateTime


class AddonRow(Model):
    """One addon that was ever installed: this table, not a version table, is the truth."""

    __tablename__ = "addon"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[str] = mapped_column(String(40))
    revision: Mapped[str | None] = mapped_column(String(64))
    # enabled, disabled (switched off, data kept), uninstalled (archived, tables gone), faulty (does not load).
    state: Mapped[str] = mapped_column(String(20))
    # A hash of the files that were last installed: where they changed, rights and data are brought up to date.
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    fault: Mapped[str | None] = mapped_column(Text)
    archive: Mapped[str | None] = mapped_column(String(400))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(200), default="system")


class AddonJournal(Model):
    """One action on an addon with its numbered steps, so that a crash half-way is undone or completed at start."""

    __tablename__ = "addon_journal"
    __table_args__ = (Index("ix_addon_journal_addon", "addon", "id"),)

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    addon: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(20))
    step: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[str] = mapped_column(String(20), index=True)  # waiting, running, done, undone, failed
    plan: Mapped[Any] = mapped_column(Json)
    error: Mapped[str | None] = mapped_column(Text)
    actor_label: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DataRecord(Model):
    """Which row came from which entry of a data file: a later version of the addon finds its own rows by it."""

    __tablename__ = "data_record"
    __table_args__ = (Index("ix_data_record_target", "table_name", "record_id"),)

    external_id: Mapped[str] = mapped_column(String(160), primary_key=True)
    addon: Mapped[str] = mapped_column(String(64), index=True)
    table_name: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[int] = mapped_column(Id)
    is_noupdate: Mapped[bool] = mapped_column(Boolean, default=False)
    # What the file said when it was last loaded: a field that differs from it since was changed by people.
    shipped: Mapped[Any] = mapped_column(Json)


class RecordTypeRow(Model):
    """Every record type that was ever installed: its name lives on where its addon is gone."""

    __tablename__ = "record_type"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    addon: Mapped[str] = mapped_column(String(64), index=True)
    # The table of the polymorphic base, e.g. "ticket"; None for a table of its own.
    base: Mapped[str | None] = mapped_column(String(64))
    label: Mapped[dict[str, str]] = mapped_column(Label)


class Generation(Model):
    """The number of the enabled set; one row."""

    __tablename__ = "generation"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, default=1)


class ProcessRow(Model):
    """A running process and the set it serves; a dead one is known by its heartbeat."""

    __tablename__ = "desk_process"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    host: Mapped[str] = mapped_column(String(200))
    pid: Mapped[int] = mapped_column(Integer)
    generation: Mapped[int] = mapped_column(Integer, index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    heartbeat_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


__all__ = ["AddonJournal", "AddonRow", "DataRecord", "Generation", "ProcessRow", "RecordTypeRow"]
