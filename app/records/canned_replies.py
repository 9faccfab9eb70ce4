"""Canned replies: texts that are written often, in both languages, with places for what the record knows.

    Dear {{caller}}, we are looking into {{number}}.

A group's replies are offered to its members, those without a group to everybody who works here.
"""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Integer, String, event, or_, select
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column, relationship

from app.db import Configured, Id, Label, Model
from app.records.picklists import sort_keys
from app.sdk.actor import Actor
from app.sdk.i18n import LazyString, _l, bilingual

PLACEHOLDERS: dict[str, LazyString] = {
    "caller": _l("Name of the caller"), "number": _l("Number"), "title": _l("Title"), "agent": _l("Who writes"),
    "group": _l("Work group"), "service": _l("Service"), "company": _l("Company"),
}
USES: dict[str, LazyString] = {
    "both": _l("Replies and notes"), "public": _l("Public replies"), "internal": _l("Internal notes"),
}
MAX_OFFERED = 300
_PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


class CannedReply(Configured, Model):
    """One text that many write."""

    __tablename__ = "canned_reply"

    name: Mapped[dict[str, str]] = mapped_column(Label)
    text: Mapped[dict[str, str]] = mapped_column(Label, info={"rows": 6})
    group_id: Mapped[int | None] = mapped_column(Id, ForeignKey("work_group.id", ondelete="CASCADE"), index=True)
    use: Mapped[str] = mapped_column(String(10), default="both")
    sequence: Mapped[int] = mapped_column(Integer, default=10)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    sort_zh: Mapped[str] = mapped_column(String(200), default="", index=True)
    sort_en: Mapped[str] = mapped_column(String(200), default="", index=True)

    __unaudited__ = Configured.__unaudited__ | {"sort_zh", "sort_en"}

    group = relationship("WorkGroup", lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return bilingual(self.name)


def unknown_places(text: str) -> list[str]:
    """Return the placeholders of a text that nothing will fill."""
    return [name for name in dict.fromkeys(_PLACE.findall(text)) if name not in PLACEHOLDERS]


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its placeholders filled; one without a value leaves nothing behind."""
    return _PLACE.sub(lambda found: values.get(found[1], ""), text)


def offered(session: Session, actor: Actor, *, is_public: bool) -> list[CannedReply]:
    """Return the replies that an actor may use for a public reply or an internal note, in order."""
    mine = or_(CannedReply.group_id.is_(None), CannedReply.group_id.in_(actor.group_ids))
    uses = CannedReply.use.in_(["both", "public" if is_public else "internal"])
    statement = select(CannedReply).where(CannedReply.is_active, mine, uses)
    ordered = statement.order_by(CannedReply.sequence, CannedReply.id).limit(MAX_OFFERED)
    return list(session.execute(ordered).scalars())


def _fill_sort_keys(_mapper: Mapper[Any], _connection: Any, reply: CannedReply) -> None:
    reply.sort_zh, reply.sort_en = sort_keys(reply.name)


event.listen(CannedReply, "before_insert", _fill_sort_keys)
event.listen(CannedReply, "before_update", _fill_sort_keys)
