"""Clearing a leaver: all that somebody holds, line by line, and who takes it over.

Each kind of thing is a line. The platform has its own (app.organisation.clearance_lines); an addon adds its kinds in a
part that is read when it is loaded:

    clearance.register(clearance.Line("ticket.held", …))

Everything is handed over through the services of what it is, so rights, guards, audit and timeline are theirs. What one
line refuses is told beside it, and then nothing at all has changed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from app.db import Record, session, system_scope
from app.organisation.leaving import check_same_rights, end_log_in, revoke_keys
from app.organisation.models import Person
from app.organisation.permissions import PERSON_LEAVE
from app.records import audit
from app.records.values import all_or_nothing
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import BusinessError, Conflict, InvalidField, NotFound
from app.sdk.i18n import LazyString, _, _n

# To the successor; to nobody, which each line words for itself; not now.
HAND, NONE, KEEP = "hand", "none", "keep"
# What one clearing moves of a kind at most, so that it is done while the reader waits.
MOST = 1000
MAX_TOLD = 3

Held = Callable[[int], Select[Any]]
Hand = Callable[[Actor, Person, int, Person | None], None]


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of thing that people hold.

    `held(person id)` selects the ids of the rows; `hand(actor, person, row id, successor or None)` moves one of them.
    `none` says what becomes of it without a successor, empty where it cannot be without one. `model` is the class of
    the rows, `conditions(person id)` are those by which its list shows them.
    """

    key: str
    label: LazyString | str
    model: type[Any]
    held: Held
    hand: Hand
    none: LazyString | str = ""
    proposed: str = HAND
    conditions: Callable[[int], tuple[tuple[str, str, Any], ...]] | None = None
    # How the rows are called where they do not say it themselves: {row id: text}.
    shown: Callable[[list[int]], Mapping[int, str]] | None = None
    sequence: int = 100

    def total(self, person_id: int) -> int:
        """Return how many there are, whoever may see them."""
        with system_scope():
            return _count(self._rows(person_id))

    def seen(self, person_id: int) -> int:
        """Return how many of them the reader may see."""
        return _count(self._rows(person_id))

    def ids(self, person_id: int, limit: int) -> list[int]:
        """Return the first of those that the reader may see."""
        return list(session().execute(self._rows(person_id).limit(limit)).scalars())

    def _rows(self, person_id: int) -> Select[Any]:
        rows = self.held(person_id)
        return rows.where(self.model.deleted_at.is_(None)) if issubclass(self.model, Record) else rows


def _count(rows: Select[Any]) -> int:
    return int(session().execute(select(func.count()).select_from(rows.order_by(None).subquery())).scalar_one())


_lines: dict[str, Line] = {}


def register(line: Line) -> None:
    """Make a kind of thing known that somebody may hold."""
    _lines[line.key] = line


def lines() -> list[Line]:
    """Return every kind of thing that people hold, in the order in which it is handed over."""
    return sorted(_lines.values(), key=lambda line: (line.sequence, line.key))


def open_lines(person_id: int) -> dict[str, int]:
    """Return {line: how many} of what a person still holds."""
    found = {line.key: line.total(person_id) for line in lines()}
    return {key: number for key, number in found.items() if number}


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall become of each line: how, and who takes it in place of the successor of all."""

    successor_id: int | None = None
    how: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, int] = field(default_factory=dict)
    left_on: date | None = None
    deactivate: bool = True


class NotCleared(Conflict):
    """Something could not be handed over; `fields` has a message for each line that refused."""

    code = "not_cleared"


class ClearanceService:
    """Hand over what a leaver holds, and let them leave."""

    @all_or_nothing
    def clear(self, actor: Actor, person_id: int, wish: Wish) -> dict[str, int]:
        """Do what was wished; return {line: how many were moved}.

        Raises NotFound, Forbidden, InvalidField, or NotCleared with a message for each line; nothing then changes.
        """
        actor.require(PERSON_LEAVE)
        person = _locked(person_id)
        if actor.person_id == person.id:
            raise Conflict(_("You cannot clear yourself."))
        check_same_rights(session(), actor, person)
        if wish.left_on is not None and wish.left_on > clock.now().date():
            raise InvalidField("left_on", _("This day lies ahead: clear a leaver on the last day, or after it."))
        takers = self._takers(person, wish)
        moved, refused = {}, {}
        for line in lines():
            done, told = self._hand(actor, person, line, wish, takers)
            if told:
                refused[line.key] = told
            elif done:
                moved[line.key] = done
        if refused:
            raise NotCleared(_("Nothing was handed over: see what is said beside the lines."), fields=refused)
        self._leave(actor, person, wish)
        audit.write(session(), "person", person.id, "update", {"handed_over": (None, sum(moved.values()) or None)})
        session().flush()
        return moved

    def _takers(self, person: Person, wish: Wish) -> dict[str, Person | None]:
        found: dict[str, Person | None] = {"": self._taker(person, "successor", wish.successor_id)}
        for key, other in wish.others.items():
            found[key] = self._taker(person, f"to_{key}", other)
        return found

    @staticmethod
    def _taker(person: Person, name: str, person_id: int | None) -> Person | None:
        if person_id is None:
            return None
        if person_id == person.id:
            raise InvalidField(name, _("Choose somebody else: this is who leaves."))
        try:
            found = _locked(person_id)
        except NotFound:
            raise InvalidField(name, _("Choose an entry of the list.")) from None
        if not found.is_active:
            raise InvalidField(name, _("This person is not active."))
        return found

    def _hand(self, actor: Actor, person: Person, line: Line, wish: Wish,
              takers: Mapping[str, Person | None]) -> tuple[int, str]:
        how = wish.how.get(line.key, KEEP)
        total = line.total(person.id) if how != KEEP else 0
        if not total:
            return 0, ""
        taker = (takers.get(line.key) or takers[""]) if how == HAND else None
        why_not = self._why_not(person, line, how, total, taker)
        if why_not:
            return 0, why_not
        told: list[str] = []
        for row in line.ids(person.id, MOST):
            try:
                with session().begin_nested():
                    line.hand(actor, person, row, taker)
                    session().flush()
            except BusinessError as refusal:
                told.append(" ".join(dict.fromkeys(refusal.fields.values())) or refusal.message)
        return total, " ".join(list(dict.fromkeys(told))[:MAX_TOLD])

    @staticmethod
    def _why_not(person: Person, line: Line, how: str, total: int, taker: Person | None) -> str:
        if how not in (HAND, NONE) or (how == NONE and not line.none):
            return _("Choose an entry of the list.")
        if how == HAND and taker is None:
            return _("Say who takes this over, or choose something else.")
        hidden = total - line.seen(person.id)
        if hidden > 0:
            return _n("%(num)s of these you may not see. Somebody who sees it has to hand it over.",
                      "%(num)s of these you may not see. Somebody who sees them has to hand them over.", hidden)
        if total > MOST:
            return _("These are more than %(number)s. Hand some of them over in their list first.", number=MOST)
        return ""

    @staticmethod
    def _leave(actor: Actor, person: Person, wish: Wish) -> None:
        from app.organisation.people import person_service

        values: dict[str, Any] = {} if wish.left_on is None else {"left_on": wish.left_on}
        if wish.deactivate:
            end_log_in(session(), actor, person)
            revoke_keys(session(), person)
            values["is_active"] = False
        if values:
            person_service.update(actor, person.id, values)


def _locked(person_id: int) -> Person:
    from app.organisation.people import person_service

    return person_service.get_for_update(person_id)


clearance_service = ClearanceService()
