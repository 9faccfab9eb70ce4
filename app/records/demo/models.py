"""Which rows are demo data."""

from typing import Any

from sqlalchemy import Identity, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Json, Model


class DemoRecord(Model):
    """One row that demo data made, or changed: then `before` and `after` hold the columns that it changed."""

    __tablename__ = "demo_record"
    __table_args__ = (UniqueConstraint("table_name", "record_id", "unit", name="uq_demo_record"),)

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    # The platform or an addon, whose part brought it.
    unit: Mapped[str] = mapped_column(String(64), index=True)
    # The topmost table of its class.
    table_name: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[int] = mapped_column(Id)
    # By which the parts of other units find it.
    key: Mapped[str | None] = mapped_column(String(64))
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)
