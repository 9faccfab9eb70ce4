"""Filters of a list that people keep by a name: for themselves, for one of their work groups, or for everybody.

Only the question is kept, never its answer: whoever opens a shared filter sees what their own rights show them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, and_, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Audited, Id, Model, session
from app.records.permissions import LIST_SHARE
from app.sdk.actor import Actor
from app.sdk.errors import Forbidden, InvalidField, MissingFields, NotFound
from app.sdk.i18n import _

NOBODY, GROUP, EVERYBODY = "nobody", "group", "everybody"
MAX_NAME, MAX_QUERY, MAX_FILTERS = 100, 4000, 100


class SavedFilter(Audited, Model):
    """One filter of one page. `query` is the part of the address that says all."""

    __tablename__ = "saved_filter"
    __table_args__ = (Index("ix_saved_filter_page", "page", "shared"),)

    # "passes_on": kept by a name on a page, it goes to whoever takes a deleted user's place.
    owner_id: Mapped[int] = mapped_column(
        Integer, ForeignKey("ab_user.id", ondelete="CASCADE"), index=True, info={"passes_on": True},
    )
    page: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(MAX_NAME))
    query: Mapped[str] = mapped_column(String(MAX_QUERY))
    shared: Mapped[str] = mapped_column(String(10), default=NOBODY)
    # A filter of a group that is gone is its owner's alone again: nobody is in no group.
    group_id: Mapped[int | None] = mapped_column(Id, ForeignKey("work_group.id", ondelete="SET NULL"), index=True)
    sequence: Mapped[int] = mapped_column(Integer, default=10)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class KeptFilter:
    """A filter as a list's page shows it."""

    id: int
    name: str
    query: str
    shared: str
    is_own: bool


def _visible(actor: Actor) -> Any:
    seen = [SavedFilter.owner_id == actor.user_id, SavedFilter.shared == EVERYBODY]
    if actor.group_ids:
        seen.append(and_(SavedFilter.shared == GROUP, SavedFilter.group_id.in_(sorted(actor.group_ids))))
    return or_(*seen)


def of_page(database: Session, actor: Actor, page: str) -> list[KeptFilter]:
    """Return the filters of a page that somebody may use, their own first; one statement."""
    kept = SavedFilter
    statement = (
        select(kept.id, kept.name, kept.query, kept.shared, kept.owner_id == actor.user_id)
        .where(kept.page == page, _visible(actor)).order_by(kept.sequence, kept.name, kept.id).limit(2 * MAX_FILTERS)
    )
    found = [KeptFilter(*row[:4], bool(row[4])) for row in database.execute(statement)]
    return sorted(found, key=lambda one: not one.is_own)


class SavedFilterService:
    """Keep, rename, share and delete one's own filters."""

    def get(self, actor: Actor, filter_id: int) -> SavedFilter:
        """Return a filter that the actor may change: their own. Raises NotFound for those of others."""
        statement = select(SavedFilter).where(SavedFilter.id == filter_id, SavedFilter.owner_id == actor.user_id)
        found = session().execute(statement).scalar_one_or_none()
        if found is None:
            raise NotFound
        return found

    def create(self, actor: Actor, page: str, values: Mapping[str, Any]) -> SavedFilter:
        """Keep a filter of a page. Raises Forbidden for a visitor, MissingFields or InvalidField."""
        if actor.user_id is None:
            raise Forbidden
        mine = select(func.count()).where(SavedFilter.owner_id == actor.user_id, SavedFilter.page == page)
        if (session().execute(mine).scalar() or 0) >= MAX_FILTERS:
            raise InvalidField("name", _("You have %(number)s filters here. Delete one first.", number=MAX_FILTERS))
        record = SavedFilter(owner_id=actor.user_id, page=page, shared=NOBODY, sequence=10)
        self._set(actor, record, {"name": "", "query": "", **values})
        session().add(record)
        session().flush()
        return record

    def update(self, actor: Actor, filter_id: int, values: Mapping[str, Any]) -> SavedFilter:
        """Change name, query or whom it is shared with. Raises NotFound, Forbidden, MissingFields or InvalidField."""
        record = self.get(actor, filter_id)
        self._set(actor, record, values)
        session().flush()
        return record

    def to_delete(self, actor: Actor, filter_id: int) -> SavedFilter:
        """Return a filter that the actor may delete. Raises NotFound.

        It is their own, or one that somebody shared with everybody, for whoever may do so as well.
        """
        owned = SavedFilter.owner_id == actor.user_id
        if actor.can(LIST_SHARE):
            owned = or_(owned, SavedFilter.shared == EVERYBODY)
        record = session().execute(select(SavedFilter).where(SavedFilter.id == filter_id, owned)).scalar_one_or_none()
        if record is None:
            raise NotFound
        return record

    def delete(self, actor: Actor, filter_id: int) -> None:
        """Delete such a filter. Raises NotFound."""
        session().delete(self.to_delete(actor, filter_id))
        session().flush()

    def _set(self, actor: Actor, record: SavedFilter, values: Mapping[str, Any]) -> None:
        if "name" in values:
            record.name = self._name(record, str(values["name"]))
        if "query" in values:
            record.query = str(values["query"])
            if len(record.query) > MAX_QUERY:
                raise InvalidField("name", _("This filter is too long to be kept."))
        if "shared" in values:
            record.shared, record.group_id = self._sharing(actor, record, values)

    @staticmethod
    def _name(record: SavedFilter, typed: str) -> str:
        name = " ".join(typed.split())
        if not name:
            raise MissingFields(["name"])
        if len(name) > MAX_NAME:
            raise InvalidField("name", _("Use at most %(number)s characters.", number=MAX_NAME))
        twins = select(SavedFilter.id).where(
            SavedFilter.owner_id == record.owner_id, SavedFilter.page == record.page, SavedFilter.name == name,
            SavedFilter.id.is_distinct_from(record.id))
        with session().no_autoflush:
            if session().execute(twins).first() is not None:
                raise InvalidField("name", _("You have a filter of this name already."))
        return name

    @staticmethod
    def _sharing(actor: Actor, record: SavedFilter, values: Mapping[str, Any]) -> tuple[str, int | None]:
        shared, group_id = values["shared"] or NOBODY, values.get("group_id")
        if shared == EVERYBODY and record.shared != EVERYBODY:
            actor.require(LIST_SHARE)
        if shared == GROUP and (group_id is None or group_id not in actor.group_ids):
            raise InvalidField("group", _("Choose one of your own work groups."))
        if shared not in (NOBODY, GROUP, EVERYBODY):
            raise InvalidField("shared", _("Choose an entry of the list."))
        return shared, group_id if shared == GROUP else None


saved_filter_service = SavedFilterService()
