"""The tables of custom fields: one row a field, and one typed row a value."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    Dialect,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from app.db import Configured, Id, Json, Label, Model, UtcDateTime
from app.records.picklists import Picklist
from app.sdk.i18n import bilingual

# A field of a form, a column of a list and a key of REST are called so.
PREFIX = "custom_fields."
SORTED = 200


class Fixed(TypeDecorator[Decimal]):
    """A number with six decimals, exact and sorted on every database: kept as so many millionths."""

    impl = BigInteger
    cache_ok = True
    scale = Decimal(1_000_000)

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else int((Decimal(value) * self.scale).to_integral_value())

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / self.scale


class CustomField(Configured, Model):
    """One field of one type of record. Type of record, code and kind never change: values rest on them."""

    __tablename__ = "custom_field"
    __table_args__ = (UniqueConstraint("subject", "code", name="uq_custom_field_code"),)

    subject: Mapped[str] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(String(40))
    label: Mapped[dict[str, str]] = mapped_column(Label)
    help: Mapped[dict[str, str] | None] = mapped_column(Label)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    picklist_id: Mapped[int | None] = mapped_column(Id, ForeignKey("picklist.id", ondelete="SET NULL"), index=True)
    target: Mapped[str | None] = mapped_column(String(64))
    section: Mapped[dict[str, str] | None] = mapped_column(Label)
    sequence: Mapped[int] = mapped_column(Integer, default=10)
    in_form: Mapped[bool] = mapped_column(Boolean, default=True)
    in_page: Mapped[bool] = mapped_column(Boolean, default=True)
    in_list: Mapped[bool] = mapped_column(Boolean, default=True)
    in_filter: Mapped[bool] = mapped_column(Boolean, default=True)
    in_card: Mapped[bool] = mapped_column(Boolean, default=False)
    is_searched: Mapped[bool] = mapped_column(Boolean, default=True)
    is_required: Mapped[bool] = mapped_column(Boolean, default=False)
    required_states: Mapped[list[str] | None] = mapped_column(Json)
    default_value: Mapped[str | None] = mapped_column(String(400))
    minimum: Mapped[str | None] = mapped_column(String(40))
    maximum: Mapped[str | None] = mapped_column(String(40))
    pattern: Mapped[str | None] = mapped_column(String(200))
    max_length: Mapped[int | None] = mapped_column(Integer)
    read_right: Mapped[str | None] = mapped_column(String(100))
    edit_right: Mapped[str | None] = mapped_column(String(100))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    picklist: Mapped[Picklist | None] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return bilingual(self.label)


def _by(*columns: str) -> Index:
    return Index(f"ix_custom_value_{columns[0]}", "field_id", *columns, "record_id")


class CustomValue(Model):
    """One value, or one of several. Written by `app.records.custom.writing`, which tells audit and search."""

    __tablename__ = "custom_value"
    __table_args__ = (
        UniqueConstraint("record_type", "record_id", "field_id", "place", name="uq_custom_value"),
        _by("sort_text"), _by("number"), _by("day"), _by("moment"), _by("flag"), _by("ref_id"),
        # A field of several names a record once; where two become one record, so do their values.
        {"info": {"once": [("record_type", "record_id", "field_id", "ref_type", "ref_id")]}},
    )

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    record_type: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[int] = mapped_column(Id)
    field_id: Mapped[int] = mapped_column(Id, ForeignKey("custom_field.id", ondelete="CASCADE"))
    place: Mapped[int] = mapped_column(Integer, default=0)
    text: Mapped[str | None] = mapped_column(Text)
    sort_text: Mapped[str | None] = mapped_column(String(SORTED))
    number: Mapped[Decimal | None] = mapped_column(Fixed)
    day: Mapped[date | None] = mapped_column(Date)
    moment: Mapped[datetime | None] = mapped_column(UtcDateTime)
    flag: Mapped[bool | None] = mapped_column(Boolean)
    value_id: Mapped[int | None] = mapped_column(Id, ForeignKey("picklist_value.id", ondelete="CASCADE"), index=True)
    # Any record; the text says what it was called, for when its type is gone.
    ref_type: Mapped[str | None] = mapped_column(String(64))
    ref_id: Mapped[int | None] = mapped_column(Id)
