"""Picklists: every list of values that a user picks from is a table that an administrator keeps."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from app.db import Configured, Id, Json, Label, Model
from app.sdk import pinyin
from app.sdk.i18n import bilingual


def sort_key_zh(text: str) -> str:
    """Return the text in pinyin, lower case: Chinese sorts by it as people look things up."""
    return " ".join(pinyin.with_tones(text)).lower()[:200]


class Picklist(Configured, Model):
    """One list, e.g. the categories of incidents."""

    __tablename__ = "picklist"

    code: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[dict[str, str]] = mapped_column(Label)
    addon: Mapped[str] = mapped_column(String(64), default="")
    is_tree: Mapped[bool] = mapped_column(Boolean, default=False)
    is_system: Mapped[bool] = mapped_column(Boolean, default=False)
    # Values are neither added nor removed by people; what they are called may change.
    is_locked: Mapped[bool] = mapped_column(Boolean, default=False)
    # A custom field of this list takes a text of the reader's own as well.
    allows_other: Mapped[bool] = mapped_column(Boolean, default=False)
    # Which values are offered depends on what was chosen of this list (see PicklistOffer).
    depends_on_id: Mapped[int | None] = mapped_column(Id, ForeignKey("picklist.id", ondelete="SET NULL"), index=True)
    # A record set: instead of values of its own the rows of a filter over a type of record.
    source_type: Mapped[str | None] = mapped_column(String(64))
    source_query: Mapped[str | None] = mapped_column(String(4000))
    # What a choice fills: {field of the form: attribute of the value, or column of the record}.
    fills: Mapped[dict[str, str] | None] = mapped_column(Json)

    depends_on: Mapped["Picklist | None"] = relationship(
        remote_side="Picklist.id", lazy="select", passive_deletes=True
    )

    def __str__(self) -> str:
        return bilingual(self.label)


class PicklistValue(Configured, Model):
    """One value. Its code never changes once used; its label may."""

    __tablename__ = "picklist_value"
    __table_args__ = (UniqueConstraint("picklist_id", "code", name="uq_picklist_value_code"),)

    picklist_id: Mapped[int] = mapped_column(Id, ForeignKey("picklist.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(64))
    label: Mapped[dict[str, str]] = mapped_column(Label)
    parent_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("picklist_value.id", ondelete="SET NULL"), index=True
    )
    sequence: Mapped[int] = mapped_column(Integer, default=10)
    colour: Mapped[str | None] = mapped_column(String(20))
    icon: Mapped[str | None] = mapped_column(String(40))
    is_default: Mapped[bool] = mapped_column(Boolean, default=False)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    active_from: Mapped[date | None] = mapped_column(Date)
    active_to: Mapped[date | None] = mapped_column(Date)
    # Offered for records of this company only, and to members of this work group only.
    company_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id", ondelete="SET NULL"), index=True)
    group_id: Mapped[int | None] = mapped_column(Id, ForeignKey("work_group.id", ondelete="SET NULL"), index=True)
    attributes: Mapped[dict[str, Any] | None] = mapped_column(Json)
    sort_zh: Mapped[str] = mapped_column(String(200), default="", index=True)
    sort_en: Mapped[str] = mapped_column(String(200), default="", index=True)

    picklist: Mapped[Picklist] = relationship(lazy="select", passive_deletes=True)
    parent: Mapped["PicklistValue | None"] = relationship(
        remote_side="PicklistValue.id", lazy="select", passive_deletes=True
    )
    company: Mapped[Any] = relationship("Company", lazy="select", passive_deletes=True)
    group: Mapped[Any] = relationship("WorkGroup", lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return bilingual(self.label)


class PicklistOffer(Configured, Model):
    """One value of a dependent list is offered under one value of the list it depends on, and under what is below it.

    A value without such a row is offered under all.
    """

    __tablename__ = "picklist_offer"
    __table_args__ = (UniqueConstraint("value_id", "under_id", name="uq_picklist_offer"),)

    value_id: Mapped[int] = mapped_column(Id, ForeignKey("picklist_value.id", ondelete="CASCADE"))
    under_id: Mapped[int] = mapped_column(Id, ForeignKey("picklist_value.id", ondelete="CASCADE"), index=True)

    value: Mapped[PicklistValue] = relationship(foreign_keys=[value_id], lazy="select", passive_deletes=True)
    under: Mapped[PicklistValue] = relationship(foreign_keys=[under_id], lazy="select", passive_deletes=True)


def sort_keys(label: Mapping[str, str]) -> tuple[str, str]:
    """Return the stored sort keys (zh, en) of a two-language label."""
    zh, en = label.get("zh") or label.get("en") or "", label.get("en") or label.get("zh") or ""
    return sort_key_zh(zh), en.casefold()[:200]


def _fill_sort_keys(_mapper: Mapper[Any], _connection: Any, value: PicklistValue) -> None:
    value.sort_zh, value.sort_en = sort_keys(value.label)


event.listen(PicklistValue, "before_insert", _fill_sort_keys)
event.listen(PicklistValue, "before_update", _fill_sort_keys)
