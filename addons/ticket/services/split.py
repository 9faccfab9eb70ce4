"""Splitting a ticket: what belongs to another matter goes on in a ticket of its own, with what was said about it."""

import re
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import inspect, select

from addons.ticket.services.links import join
from addons.ticket.services.surroundings import WORK
from app.db import session
from app.records import timeline
from app.records.attachments import Attachment
from app.records.link_roles import ROLES
from app.records.timeline import PARTS, TimelineEntry
from app.records.timeline_versions import TimelineVersion
from app.records.values import all_or_nothing
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField, NotFound
from app.sdk.i18n import _
from app.sdk.permissions import Permission

# What was said; steps are the ticket's own history, and files are picked by themselves.
SAID = PARTS["conversation"]
MOST = 500
_PICTURE = re.compile(r"\battachment:(\d+)")


class Splitting:
    """Mixed into TicketService."""

    split_permission: Permission | None = None
    see_internal: Permission | None
    get_for_update: Any
    create: Any
    taken_over: Any

    @all_or_nothing
    def split(self, actor: Actor, record_id: int, title: str, entries: Collection[int], files: Collection[int], *,
              is_moved: bool = False) -> Any:
        """Make a new ticket of entries of the timeline and files of a ticket, copied or moved.

        It has the same caller and is about the same; pictures go with the text in which they stand.
        Raises NotFound, Forbidden, InvalidField or what `create` raises; nothing then changes.
        """
        if self.split_permission is None:
            raise NotFound
        actor.require(self.split_permission)
        ticket = self.get_for_update(record_id)
        said, attached = self.parts(actor, ticket, entries, files)
        made = self.create(actor, {**self.taken_over(actor, ticket), "title": title})
        if is_moved:
            _move(ticket, made, said, attached)
        else:
            _copy(made, said, attached)
        join(made, ticket, ROLES["split_from"])
        timeline.add_entry(session(), ticket, "system", data={"happened": ["split", made.number]})
        session().flush()
        return made

    def parts(self, actor: Actor, ticket: Any, entries: Collection[int],
              files: Collection[int]) -> tuple[list[TimelineEntry], list[Attachment]]:
        """Return the entries and files that go along. Raises InvalidField for none, and for what is not there."""
        if not entries and not files:
            raise InvalidField("entries", _("Choose at least one entry or file."))
        if len(entries) + len(files) > MOST:
            raise InvalidField("entries", _("Choose at most %(number)s entries and files.", number=MOST))
        inside = self.see_internal is None or actor.can(self.see_internal)
        said = [one for one in _of(TimelineEntry, ticket, entries) if one.kind in SAID and one.withdrawn_at is None]
        pictures = {int(key) for one in said for key in _PICTURE.findall(one.body or "")}
        attached = _of(Attachment, ticket, {*files, *pictures})
        if not inside:
            said, attached = [one for one in said if one.is_public], [one for one in attached if one.is_public]
        if set(entries) - {one.id for one in said}:
            raise InvalidField("entries", _("Choose an entry of the list."))
        if set(files) - {one.id for one in attached}:
            raise InvalidField("files", _("Choose an entry of the list."))
        return said, attached


def _of(model: Any, ticket: Any, ids: Iterable[int]) -> list[Any]:
    statement = select(model).where(model.record_type == ticket.record_type(), model.record_id == ticket.id,
                                    model.id.in_(sorted(set(ids)))).order_by(model.id)
    return list(session().execute(statement).scalars())


def _files_told(ticket: Any, attached: Iterable[Attachment]) -> list[TimelineEntry]:
    # The entries that say that these files were attached.
    wanted = {one.id for one in attached}
    if not wanted:
        return []
    told = select(TimelineEntry).where(
        TimelineEntry.record_type == ticket.record_type(), TimelineEntry.record_id == ticket.id,
        TimelineEntry.kind == "file").order_by(TimelineEntry.id)
    return [one for one in session().execute(told).scalars() if (one.data or {}).get("file") in wanted]


def _move(ticket: Any, made: Any, said: list[TimelineEntry], attached: list[Attachment]) -> None:
    former = select(TimelineVersion).where(TimelineVersion.entry_id.in_([one.id for one in said]))
    rows: list[Any] = [*said, *session().execute(former).scalars(), *_files_told(ticket, attached), *attached]
    for one in rows:
        one.record_type, one.record_id = made.record_type(), made.id
    session().flush()


def _copy(made: Any, said: list[TimelineEntry], attached: list[Attachment]) -> None:
    files = {}
    for one in attached:
        files[one.id] = copy = Attachment(**{**_columns(one), "record_type": made.record_type(), "record_id": made.id})
        session().add(copy)
    session().flush()
    for file in files.values():
        timeline.add_entry(session(), made, "file", is_public=file.is_public, data={"file": file.id, "name": file.name})
    for entry in said:
        body = _PICTURE.sub(lambda found: f"attachment:{files[int(found[1])].id}" if int(found[1]) in files
                            else found[0], entry.body) if entry.body else entry.body
        # What it said before it was changed stays where it was changed.
        # The time it took was worked on the one ticket only.
        data = {name: value for name, value in entry.data.items() if name != WORK} if entry.data else entry.data
        session().add(TimelineEntry(**{**_columns(entry), "record_type": made.record_type(), "record_id": made.id,
                                       "body": body, "data": data, "edited_at": None}))
    session().flush()


def _columns(row: Any) -> dict[str, Any]:
    return {one.key: getattr(row, one.key) for one in inspect(type(row)).column_attrs if one.key != "id"}
