"""Merging two tickets that are one. The survivor keeps its number; the other is closed and says where it went on.

Nothing of the loser's history moves: its timeline and files stand in the survivor's as well, as far as the reader may
see the loser. Its links, watchers, caller and the work logged on it go over, and what is written to it reaches the
survivor. It can be undone for 30 days.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from sqlalchemy import select

from addons.ticket.events import TicketTransitioned
from addons.ticket.services import graph, link_moving, work_moving
from addons.ticket.services.links import join, part
from addons.ticket.services.merge_targets import merge_targets
from app.db import session, system_scope
from app.organisation.models import Person
from app.records import timeline
from app.records.link_roles import MERGED, role_of
from app.records.links import RecordLink, Watcher
from app.records.merges import RecordMerge
from app.records.merging import merge_to_undo
from app.records.taking_back import Changed
from app.records.values import all_or_nothing
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField, NotFound
from app.sdk.events import announce
from app.sdk.i18n import _
from app.sdk.workflow import CLOSED, RESOLVED

# The step that puts the loser to its end; nobody takes it by itself.
STEP = "merge"
# What of the loser the step changes, and an undo puts back.
COLUMNS = ("state", "state_category", "pending_reason")
TIMES = ("resolved_at", "closed_at")
_merging: ContextVar[int | None] = ContextVar("merging", default=None)


class TicketMerging:
    """Mixed into TicketService, before what merges other kinds of records."""

    merge_permission: Any = None
    get_for_update: Any
    transition: Any
    workflow: Any
    model: Any

    @all_or_nothing
    def merge(self, actor: Actor, winner_id: int, loser_id: int, take: Iterable[str] = ()) -> RecordMerge:
        """Let one ticket go on in another; it takes over none of its values, so `take` is empty.

        Raises NotFound, Forbidden, InvalidField or Conflict; nothing then changes.
        """
        if self.merge_permission is None:
            raise NotFound
        actor.require(self.merge_permission)
        for name in take:
            raise InvalidField(str(name), _("This field cannot be set."))
        if winner_id == loser_id:
            raise InvalidField("loser", _("Choose another one of the same kind."))
        graph.lock()
        locked = {key: self.get_for_update(key) for key in sorted((winner_id, loser_id))}
        winner, loser = locked[winner_id], locked[loser_id]
        self._check_merge(winner, loser)
        before = {name: getattr(loser, name) for name in COLUMNS}
        before |= {name: value.isoformat() if (value := getattr(loser, name)) else None for name in TIMES}
        journal: dict[str, Any] = {"before": before, **link_moving.move(loser, winner),
                                   "watchers": _watch_on(loser, winner), "work": work_moving.move(loser, winner)}
        token = _merging.set(loser.id)
        try:
            self.transition(actor, loser.id, STEP, {"reason": winner.number})
        finally:
            _merging.reset(token)
        made = join(loser, winner, role_of(MERGED, is_source=True))
        timeline.add_entry(session(), winner, "system", data={"happened": ["merged", loser.number]})
        return _noted(actor, winner, loser, {**journal, "after": loser.state, "link": made.id})

    def merge_targets(self, losers: Sequence[int], text: str = "") -> list[Any]:
        """Return the tickets in which these may go on, that have the words of a text or else are likely."""
        return merge_targets(self.model, losers, text)

    def can_merge(self, _actor: Actor, ticket: Any) -> str | None:
        """Say why the step cannot be taken by itself: what it says needs another ticket."""
        return None if _merging.get() == ticket.id else _("Choose the ticket in which it goes on: merge it.")

    @all_or_nothing
    def undo_merge(self, actor: Actor, merge_id: int, *, rest: bool = False) -> RecordMerge:
        """Take a merge back. Raises NotFound, Forbidden, Conflict; Changed where only the `rest` can be put back."""
        found = merge_to_undo(self, actor, merge_id)
        graph.lock()
        locked = {key: self.get_for_update(key) for key in sorted((found.winner_id, found.loser_id))}
        winner, loser = locked[found.winner_id], locked[found.loser_id]
        journal: Mapping[str, Any] = found.journal or {}
        if loser.state != journal["after"]:
            raise Conflict(_("Somebody else changed this record meanwhile."))
        pointer = session().get(RecordLink, journal["link"])
        if pointer is not None:
            part(pointer)
        conflicts = link_moving.take_back(journal)
        if conflicts and not rest:
            raise Changed(conflicts)
        _watch_no_more(winner, journal["watchers"])
        work_moving.move(winner, loser, journal.get("work", ()))
        self._put_back(loser, journal["before"], winner.number)
        timeline.add_entry(session(), winner, "system", data={"happened": ["unmerged", loser.number]})
        timeline.add_entry(session(), loser, "system", data={"happened": ["parted", winner.number]}, is_public=True)
        found.undone_at, found.undone_by_label = clock.now(), actor.label[:200]
        session().flush()
        return found

    def check_restore(self, actor: Actor, record: Any) -> None:
        """Let a merged ticket come back from the bin: it lies there for another reason."""

    def _check_merge(self, winner: Any, loser: Any) -> None:
        self.workflow.step(loser.state, STEP, loser.kind)
        if winner.state_category == CLOSED:
            raise Conflict(_("%(record)s is over: nothing can be merged into it.", record=winner.number))
        if winner.state_category == RESOLVED and any(one.is_open for one in graph.children(loser.id)):
            raise Conflict(_("%(record)s is over: an open ticket cannot become its child.", record=winner.number))

    def _put_back(self, loser: Any, before: Mapping[str, Any], reason: str) -> None:
        source = loser.state
        loser.transition_reason = reason
        for name in COLUMNS:
            setattr(loser, name, before[name])
        for name in TIMES:
            setattr(loser, name, datetime.fromisoformat(before[name]) if before[name] else None)
        session().flush()
        loser.transition_reason = None
        announce(TicketTransitioned(loser.type, loser.id, "unmerge", source, loser.state))


def _watch_on(loser: Any, winner: Any) -> list[int]:
    """Let whoever watches or reported the loser hear of the winner; return whom that adds.

    Only people with a log-in: what of the winner they may read is asked when they are told. Others hear of the loser.
    """
    rows = session().execute(select(Watcher.person_id, Watcher.record_id).where(
        Watcher.record_type == loser.record_type(), Watcher.record_id.in_((loser.id, winner.id)))).all()
    known = {person for person, of in rows if of == winner.id} | {winner.caller_id, None}
    wanted = {loser.caller_id, *(person for person, of in rows if of == loser.id)} - known
    with system_scope():
        added = list(session().execute(select(Person.id).where(
            Person.id.in_(wanted), Person.user_id.is_not(None)).order_by(Person.id)).scalars())
    session().add_all(Watcher(record_type=winner.record_type(), record_id=winner.id, person_id=key) for key in added)
    session().flush()
    return added


def _watch_no_more(winner: Any, people: Iterable[int]) -> None:
    rows = session().execute(select(Watcher).where(
        Watcher.record_type == winner.record_type(), Watcher.record_id == winner.id,
        Watcher.person_id.in_(list(people)))).scalars()
    for one in rows:
        session().delete(one)
    session().flush()


def _noted(actor: Actor, winner: Any, loser: Any, journal: Mapping[str, Any]) -> RecordMerge:
    made = RecordMerge(
        record_type=winner.record_type(), winner_id=winner.id, loser_id=loser.id, winner_name=winner.number,
        loser_name=loser.number, merged_at=clock.now(), merged_by_id=actor.user_id, merged_by_label=actor.label[:200],
        journal=dict(journal))
    session().add(made)
    session().flush()
    return made

