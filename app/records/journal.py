"""The journal of a record after it is written: texts changed and withdrawn, calls noted. Mixed into RecordService."""

from typing import Any

from app.db import session
from app.records import timeline, timeline_versions
from app.records.values import all_or_nothing
from app.sdk.actor import Actor
from app.sdk.errors import Forbidden, InvalidField, NotFound
from app.sdk.i18n import _
from app.sdk.permissions import Permission

MOST_MINUTES = 24 * 60
DIRECTIONS = ("in", "out")


class Journal:
    """Change, withdraw and add entries of a record's timeline. Flushes, never commits."""

    write: Permission
    get_for_update: Any

    @all_or_nothing
    def edit_entry(self, actor: Actor, record_id: int, entry_id: int, body: str,
                   seen: str | None = None) -> timeline.TimelineEntry:
        """Give an entry another text; the one it had is kept. Raises as `timeline_versions.edit` does."""
        record, entry = self._entry(actor, record_id, entry_id)
        timeline_versions.edit(session(), actor, record, entry, body, seen)
        return entry

    @all_or_nothing
    def withdraw_entry(self, actor: Actor, record_id: int, entry_id: int, reason: str) -> timeline.TimelineEntry:
        """Strike an entry through, with the reason. Raises as `timeline_versions.withdraw` does."""
        record, entry = self._entry(actor, record_id, entry_id)
        timeline_versions.withdraw(session(), actor, record, entry, reason)
        return entry

    @all_or_nothing
    def add_call(self, actor: Actor, record_id: int, body: str, *, direction: str,
                 minutes: int) -> timeline.TimelineEntry:
        """Note a phone call, "in" or "out", of so many minutes; for colleagues only."""
        record = self.get_for_update(record_id)
        actor.require(self.write)
        if not self._sees_internal(actor):
            raise Forbidden(_("You may not write internal notes."))
        if not body.strip():
            raise InvalidField("body", _("Write something first."))
        if direction not in DIRECTIONS:
            raise InvalidField("direction", _("Choose an entry of the list."))
        if not 0 <= minutes <= MOST_MINUTES:
            raise InvalidField("minutes", _("Give a number from %(least)s to %(most)s.", least=0, most=MOST_MINUTES))
        entry = timeline.add_entry(session(), record, "call", body.strip(),
                                   data={"direction": direction, "minutes": minutes})
        session().flush()
        return entry

    def _entry(self, actor: Actor, record_id: int, entry_id: int) -> tuple[Any, timeline.TimelineEntry]:
        record = self.get_for_update(record_id)
        actor.require(self.write)
        entry = timeline_versions.entry_of(session(), record, entry_id)
        if not entry.is_public and not self._sees_internal(actor):
            raise NotFound
        return record, entry

    def _sees_internal(self, actor: Actor) -> bool:
        needed = getattr(self, "see_internal", None)
        return needed is None or actor.can(needed)
