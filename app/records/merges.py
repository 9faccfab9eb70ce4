"""The journal of merges: which record became part of which, what was moved, and what was changed by that."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Identity, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Json, Model, UtcDateTime
from app.sdk import clock

# How long a merge can be undone.
REACH = timedelta(days=30)


class RecordMerge(Model):
    """One merge. `journal` says what was done in such detail that it can be taken back."""

    __tablename__ = "record_merge"
    __table_args__ = (
        Index("ix_record_merge_winner", "record_type", "winner_id"),
        Index("ix_record_merge_loser", "record_type", "loser_id"),
    )

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    record_type: Mapped[str] = mapped_column(String(64))
    winner_id: Mapped[int] = mapped_column(Id)
    winner_name: Mapped[str] = mapped_column(String(300))
    loser_id: Mapped[int] = mapped_column(Id)
    loser_name: Mapped[str] = mapped_column(String(300))
    merged_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    merged_by_id: Mapped[int | None] = mapped_column(Id)
    merged_by_label: Mapped[str] = mapped_column(String(200))
    journal: Mapped[dict[str, Any] | None] = mapped_column(Json)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_label: Mapped[str | None] = mapped_column(String(200))

    @property
    def can_be_undone(self) -> bool:
        """Whether it is not undone yet and young enough."""
        return self.undone_at is None and self.journal is not None and clock.now() - self.merged_at < REACH
