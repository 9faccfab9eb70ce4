"""What somebody else did to a record while its form was open, met field by field.

    met = meet(view, form, item, fresh)     # merges into the form; fields in dispute get a `rival`
    if met.is_open: …                       # shown beside the fields, to be chosen; nothing is saved
    else: save, and tell met.taken          # whose changes were taken over

The page carries a digest of each value that it showed, never of one that it did not: a field that is hidden from the
reader is in no form.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import request
from markupsafe import Markup

from app.db import Audited, field_rights, record_type_of, session
from app.records import audit
from app.sdk.actor import current_actor
from app.sdk.i18n import _, listed
from app.web import wire
from app.web.fields import LabelField, RemoteSelectField
from app.web.forms import seen_version
from app.web.names import column_of
from app.web.text_diff import text_diff
from app.web.three_way import Merge, merge
from app.web.words import actor_text

SEEN, DISPUTED, PICK_ALL = "seen-values", "disputed", "pick-all"
MINE, THEIRS = "mine", "theirs"
# No field is called so.
_STATE = "*state"


@dataclass(frozen=True, slots=True)
class Rival:
    """What the other made of a field that both changed: as text, with who and when where that is known."""

    text: Markup | str
    who: str
    at: datetime | None


@dataclass(slots=True)
class Met:
    """What became of a form that somebody else overtook."""

    seen: str = ""
    taken: list[str] = field(default_factory=list)
    disputed: list[str] = field(default_factory=list)
    who: list[str] = field(default_factory=list)
    # What was typed into fields that are locked by now: (label, text).
    lost: list[tuple[str, str]] = field(default_factory=list)
    # Somebody else was faster; they took a step of the life cycle.
    is_merged: bool = False
    has_moved: bool = False
    # What to say of it all once it is saved.
    said: str = ""

    @property
    def is_open(self) -> bool:
        """Say whether somebody has to choose first."""
        return bool(self.disputed)

    @property
    def told(self) -> str:
        """Return what to say of the changes that were taken over; empty where there are none."""
        if not self.taken:
            return ""
        if not self.who:
            return _("Also changed by somebody else meanwhile, and kept so: %(fields)s.", fields=listed(self.taken))
        return _("%(people)s changed this meanwhile, and it is kept so: %(fields)s.", people=listed(self.who),
                 fields=listed(self.taken))


def seen_values(form: Any, item: Any) -> str:
    """Return the digests of what a form shows of its record, and of its state, for the page to send along."""
    return _marks(item, {one.name: wire.shown(one) for one in wire.carried(form)})


def _marks(item: Any, values: Mapping[str, wire.Wire]) -> str:
    marks = {name: wire.digest(found) for name, found in values.items()}
    return json.dumps({**marks, _STATE: _state_of(item)}, separators=(",", ":"))


def _state_of(item: Any) -> str:
    return wire.digest((str(getattr(item, "state", "")),))


def meet(view: Any, form: Any, item: Any, fresh: Callable[[], Any]) -> Met:
    """Merge what came with the record as it is now. `fresh` makes the form that a new page would show.

    The record must be locked: its version is what the form says from here on.
    """
    now = fresh()
    fields = {one.name: one for one in wire.carried(form) if one.name in now._fields}
    theirs = {name: wire.shown(now._fields[name]) for name in fields}
    mine = {name: wire.sent(one, request.form) for name, one in fields.items()}
    seen = _seen()
    version = seen_version(form)
    stale = version is not None and version != getattr(item, "version", version)
    found = merge(seen, theirs, mine) if stale else Merge()
    for name in found.taken:
        wire.fill(fields[name], theirs[name])
    still_open = [name for name in _asked() & set(fields) if name not in found.disputed
                  and not _settle(fields[name], theirs[name], mine[name])]
    met = Met(_marks(item, theirs), disputed=[name for name in fields if name in {*found.disputed, *still_open}],
              is_merged=stale, has_moved=stale and seen.get(_STATE) != _state_of(item))
    if stale:
        form.version.data = str(item.version)
    _tell(view, item, met, fields, now, found.taken)
    return met


def lost(form: Any, names: Any) -> list[tuple[str, str]]:
    """Return (label, text) of what somebody changed in fields that are about to be taken off the form."""
    seen, found = _seen(), []
    for one in wire.carried(form):
        typed = wire.sent(one, request.form) if one.name in names or "*" in names else None
        if typed and any(typed) and one.name in seen and seen[one.name] != wire.digest(typed):
            found.append((str(one.label.text), words(one)))
    return found


def words(one: Any) -> str:
    """Return what a field holds as people read it."""
    if isinstance(one, LabelField):
        return " / ".join(text for text in (one.data or {}).values() if text)
    if isinstance(one, RemoteSelectField):
        return str(listed(text for _key, text in one.chosen()))
    if isinstance(one.data, bool):
        return _("Yes") if one.data else _("No")
    if getattr(one, "choices", None):
        return str(dict(one.choices).get(one.data, one.data or ""))
    made = getattr(one, "_value", None)
    return str(made() if made is not None else one.data or "")


def _seen() -> dict[str, str]:
    try:
        found = json.loads(request.form.get(SEEN, "{}"))
    except ValueError:
        return {}
    return {str(name): str(mark) for name, mark in found.items()} if isinstance(found, dict) else {}


def _asked() -> set[str]:
    return set(request.form.get(DISPUTED, "").split())


def _settle(one: Any, theirs: wire.Wire, mine: wire.Wire | None) -> bool:
    # A choice holds for what was shown: where the record moved on once more, the merge has asked again already.
    chosen = request.form.get(PICK_ALL) or request.form.get(f"pick-{one.name}")
    if chosen == THEIRS:
        wire.fill(one, theirs)
    return chosen in (MINE, THEIRS) or theirs == mine


def _tell(view: Any, item: Any, met: Met, fields: Mapping[str, Any], now: Any, taken: list[str]) -> None:
    touched = [*taken, *met.disputed]
    if not touched:
        return
    entries = _entries(view, item, touched)
    may_know = view.may_see_internal(current_actor())
    people = {name: actor_text(entry.actor_label) for name, entry in entries.items() if may_know}
    met.who = list(dict.fromkeys(people[name] for name in touched if name in people))
    met.taken = [str(fields[name].label.text) for name in taken]
    for name in taken:
        fields[name].taken_from = people.get(name) or _("somebody else")
    for name in met.disputed:
        entry = entries.get(name)
        fields[name].rival = Rival(_against(fields[name], now._fields[name]), people.get(name, ""),
                                   entry.at if entry is not None else None)


def _against(mine: Any, theirs: Any) -> Markup | str:
    text = words(theirs)
    is_text = isinstance(theirs.data, str) and not getattr(theirs, "choices", None)
    return text_diff(words(mine), text) if is_text and text else text


def _entries(view: Any, item: Any, names: list[str]) -> dict[str, Any]:
    # Audit knows a relation by its key column. What the reader may not see is no field of the form.
    model = type(item)
    if not issubclass(model, Audited):
        return {}
    columns = {column_of(view.datamodel, name): name for name in field_rights.shown(model, names)}
    found = audit.latest(session(), record_type_of(model), item.id, columns)
    return {columns[column]: entry for column, entry in found.items()}
