"""Merging two records that are one: everything of the loser becomes the winner's, under lock, and for 30 days back.

The loser then lies in the recycle bin and comes back by undoing the merge only. What changed since in the same places
is told, and is not taken back.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import inspect, select

from app.db import field_rights, session
from app.records import audit, deleted, moving, row_images
from app.records.ending import step_out_of
from app.records.merges import RecordMerge
from app.records.moving import Journal
from app.records.references import references_to
from app.records.taking_back import take_back
from app.records.values import all_or_nothing, flush
from app.sdk import clock
from app.sdk.actor import Actor, current_actor
from app.sdk.errors import Conflict, InvalidField, NotFound
from app.sdk.i18n import _
from app.sdk.permissions import Permission


class Merging:
    """Mixed into RecordService; a kind that can be merged names the right."""

    model: type[Any]
    fields: set[str]
    merge_permission: Permission | None = None

    def check_merge(self, actor: Actor, winner: Any, loser: Any) -> None:
        """Refuse a merge; a subclass fills this in."""

    def merge_touches(self, winner: Any, loser: Any) -> dict[str, set[int]]:
        """Return {table: ids} of rows beside the two and their parts that a merge may change: a log-in."""
        return {}

    def before_merge(self, actor: Actor, winner: Any, loser: Any) -> None:
        """Do what must come before all is moved; a subclass fills this in."""

    def after_merge(self, actor: Actor, winner: Any, names: set[str]) -> None:
        """Derive what follows from the columns that the winner took over; a subclass fills this in."""

    @all_or_nothing
    def merge(self, actor: Actor, winner_id: int, loser_id: int, take: Iterable[str] = ()) -> RecordMerge:
        """Make the loser a part of the winner, which takes the loser's values of the columns in `take`.

        Raises NotFound, Forbidden, InvalidField or Conflict; nothing then changes.
        """
        if self.merge_permission is None:
            raise NotFound
        actor.require(self.merge_permission)
        if winner_id == loser_id:
            raise InvalidField("loser", _("Choose another one of the same kind."))
        locked = {key: self.get_for_update(key) for key in sorted((winner_id, loser_id))}  # type: ignore[attr-defined]
        winner, loser = locked[winner_id], locked[loser_id]
        self.check_merge(actor, winner, loser)
        values = {name: getattr(loser, name) for name in columns_of(self, actor, take)}
        names, ids = (deleted.name_of(winner), deleted.name_of(loser)), {winner_id, loser_id}
        touched = self.merge_touches(winner, loser)
        before = row_images.taken(session(), _watched(self.model, ids, touched))
        self.before_merge(actor, winner, loser)
        step_out_of(loser, winner)
        journal = moving.move(session(), self.model, loser_id, winner_id, with_history=True)
        self.put_away(actor, loser, _("Merged into %(record)s", record=names[0]))  # type: ignore[attr-defined]
        for name, value in values.items():
            setattr(winner, name, value)
        flush(session(), self.model)
        self.after_merge(actor, winner, set(values))
        session().flush()
        seen = {name: set(rows) for name, rows in before.items()}
        after = row_images.taken(session(), _watched(self.model, ids, seen))
        return _noted(self.model, (winner_id, loser_id), names, journal, row_images.differences(before, after))

    @all_or_nothing
    def undo_merge(self, actor: Actor, merge_id: int, *, rest: bool = False) -> RecordMerge:
        """Take a merge back. Raises Changed where something stands in the way, unless only the `rest` is wanted."""
        found = merge_to_undo(self, actor, merge_id)
        entry = deleted.find(session(), found.record_type, found.loser_id)
        if entry is None or entry.purged_at is not None:
            raise Conflict(_("The record that was merged is not in the recycle bin any more."))
        session().flush()
        take_back(session(), found, self.model, rest=rest)
        deleted.take(session(), entry)
        found.undone_at, found.undone_by_label = clock.now(), actor.label[:200]
        audit.write(session(), found.record_type, found.winner_id, "unmerge", {"merged": (found.loser_name, None)})
        session().flush()
        return found

    def check_restore(self, actor: Actor, record: Any) -> None:
        """Refuse that a merged record comes back otherwise than by undoing the merge."""
        statement = select(RecordMerge.id).where(
            RecordMerge.record_type == type(record).record_type(), RecordMerge.loser_id == record.id,
            RecordMerge.undone_at.is_(None)).limit(1)
        if session().execute(statement).first() is not None:
            raise Conflict(_("This was merged into another record. Undo the merge to get it back."))


def merge_to_undo(service: Any, actor: Actor, merge_id: int) -> RecordMerge:
    """Return a merge that the actor takes back, locked. Raises NotFound, Forbidden or Conflict."""
    statement = select(RecordMerge).where(RecordMerge.id == merge_id).with_for_update()
    found = session().execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None or service.merge_permission is None or found.record_type != service.model.record_type():
        raise NotFound
    actor.require(service.merge_permission)
    if not found.can_be_undone:
        raise Conflict(_("This can be undone no more."))
    return found


def columns_of(service: Any, actor: Actor, names: Iterable[str] | None = None) -> list[str]:
    """Return the columns among `names` (all where None) that a merge may take over. Raises InvalidField for others."""
    mapper = inspect(service.model)
    known = {name if name in mapper.column_attrs else f"{name}_id" for name in service.fields}
    known = {name for name in known if name in mapper.column_attrs}
    allowed = known - field_rights.locked(service.model, known, actor)
    wanted = allowed if names is None else {str(name) for name in names}
    for name in wanted - allowed:
        raise InvalidField(name, _("This field cannot be set."))
    return sorted(wanted)


def _watched(model: type[Any], ids: set[int], more: Mapping[str, set[int]]) -> dict[str, set[int]]:
    # The two rows, the rows that belong to one of them alone, and what a kind adds.
    found = {table.name: set(ids) for table in inspect(model).tables}
    for one in references_to(model):
        if one.is_part:
            key = moving.primary_key(one.table)
            rows = session().connection().execute(select(key).where(one.column.in_(ids))).scalars()
            found.setdefault(one.table.name, set()).update(rows)
    for name, keys in more.items():
        found.setdefault(name, set()).update(keys)
    return found


def _noted(model: type[Any], ids: tuple[int, int], names: tuple[str, str], journal: Journal,
           differences: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> RecordMerge:
    actor, kind = current_actor(), model.record_type()
    moved = {(one["table"], one["column"], key) for one in journal.moves for key in one["ids"]}
    changed = []
    for one in differences[0]:
        # What was moved is moved back by itself.
        kept = [name for name in one["after"] if (one["table"], name, one["id"]) not in moved]
        if kept:
            changed.append({**one, "before": {name: one["before"][name] for name in kept},
                            "after": {name: one["after"][name] for name in kept}})
    told = {"moves": journal.moves, "removed": journal.removed, "changed": changed, "made": differences[1]}
    made = RecordMerge(
        record_type=kind, winner_id=ids[0], loser_id=ids[1], winner_name=names[0], loser_name=names[1],
        merged_at=clock.now(), merged_by_id=actor.user_id, merged_by_label=actor.label[:200], journal=told)
    session().add(made)
    audit.write(session(), kind, ids[0], "merge", {"merged": (None, names[1])})
    session().flush()
    return made
