"""Bringing demo data in and taking them out: one transaction each, all parts of all units or none."""

import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.addon_system.loader import part
from app.addon_system.manifest import Manifest
from app.addon_system.registry import current_registry
from app.db import include_deleted, record_type_of, session
from app.demo.desk import Account, Desk
from app.demo.permissions import DEMO_READ, DEMO_WRITE
from app.records import audit, kept
from app.records.deleted import name_of
from app.records.demo.bringing import CAUSE, bringing
from app.records.demo.models import DemoRecord
from app.records.demo.removing import remove
from app.records.demo.surveying import Survey, kinds, model_of, survey
from app.records.values import all_or_nothing
from app.sdk import clock
from app.sdk.actor import SYSTEM, Actor, acting_as, current_context
from app.sdk.errors import Conflict
from app.sdk.i18n import _
from app.security import setup

DEMO = Actor.system(CAUSE)
MOST_NAMED = 50
# What audit calls the whole of it.
RECORD_TYPE = "demo"


@dataclass(frozen=True, slots=True)
class State:
    """Whose parts are there and whose could be brought, and how many records of each type there are."""

    brought: list[Manifest]
    missing: list[Manifest]
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """A record that stays, and why (app.records.demo.surveying)."""

    record_type: str
    id: int
    name: str
    why: str


@dataclass(slots=True)
class Outcome:
    """What a removal does or did: how many records of each type go, which stay (the first of them) and how many."""

    going: dict[str, int] = field(default_factory=dict)
    staying: list[Kept] = field(default_factory=list)
    number: int = 0


class DemoService:
    """Bring, survey, remove. Flushes, never commits."""

    def is_there(self) -> bool:
        """Say whether there are demo data at all; kept, for the start page asks each time."""
        return _there.get(session(), [RECORD_TYPE])[RECORD_TYPE]

    def state(self, actor: Actor) -> State:
        """Say what there is. Raises Forbidden."""
        actor.require(DEMO_READ)
        present = set(session().execute(select(DemoRecord.unit).distinct()).scalars())
        parts = [unit for unit in current_registry().units if unit.name in present or part(unit, "demo") is not None]
        counts = _counts(survey(session(), with_changed=True)) if present else {}
        return State([unit for unit in parts if unit.name in present],
                     [unit for unit in parts if unit.name not in present], counts)

    @all_or_nothing
    def bring(self, actor: Actor, password: str) -> list[Account]:
        """Bring in the parts that are not there yet; return the log-ins, all of which have that password.

        Raises Forbidden, Conflict where all are there or where there is no administrator yet.
        """
        actor.require(DEMO_WRITE)
        missing = self.state(actor).missing
        if not missing:
            raise Conflict(_("The demo data are there already."), code="demo.present")
        if setup.is_open(session()):
            raise Conflict(_("Set the desk up first: it has no administrator yet."))
        return self._bring(missing, password)

    @all_or_nothing
    def bring_along(self) -> list[str]:
        """Bring in the parts of addons that came to a desk which has demo data; return the names of the addons.

        Log-ins that such a part makes have a password that nobody knows: an administrator sets another.
        """
        present = set(session().execute(select(DemoRecord.unit).distinct()).scalars())
        missing = self.state(SYSTEM).missing if present else []
        if missing:
            self._bring(missing, f"{secrets.token_urlsafe(24)}-Aa1")
        return [unit.name for unit in missing]

    @staticmethod
    def _bring(missing: list[Manifest], password: str) -> list[Account]:
        made: list[Account] = []
        with _as_demo():
            for unit in missing:
                brings = part(unit, "demo")
                with bringing(session(), unit.name) as notes:
                    desk = Desk(session(), notes, DEMO, clock.now(), password)
                    brings.bring(desk)  # type: ignore[union-attr]
                made.extend(desk.accounts)
        _there.written()
        names = [unit.name for unit in missing]
        audit.write(session(), RECORD_TYPE, 1, "create", {"units": (None, names)})
        return made

    def plan(self, actor: Actor, *, with_changed: bool = False) -> Outcome:
        """Say what a removal would do. Raises Forbidden."""
        actor.require(DEMO_READ)
        return _outcome(survey(session(), with_changed=with_changed))

    @all_or_nothing
    def remove(self, actor: Actor, units: Collection[str] | None = None, *, with_changed: bool = False) -> Outcome:
        """Remove the demo data of these units, of all by default. Raises Forbidden, Conflict where there are none."""
        actor.require(DEMO_WRITE)
        session().flush()
        found = survey(session(), units, with_changed=with_changed)
        if not found.units:
            raise Conflict(_("There are no demo data."), code="demo.absent")
        with _as_demo():
            outcome = _outcome(found)
            remove(session(), found)
        _there.written()
        audit.write(session(), RECORD_TYPE, 1, "delete", {"units": (sorted(found.units), None)})
        return outcome


def _read_there(unit: Session, keys: list[str]) -> dict[str, bool]:
    return dict.fromkeys(keys, unit.execute(select(DemoRecord.id).limit(1)).first() is not None)


# What comes and goes with them moves the epoch of rights: memberships, lists, people.
_there: kept.Kept[bool] = kept.Kept(DemoRecord, read=_read_there)


@contextmanager
def _as_demo() -> Iterator[None]:
    # Whoever asks for it needs no right to each thing; audit says that it was asked for, and by whom.
    context = current_context()
    with acting_as(DEMO, via=context.via, cause=CAUSE, request_id=context.request_id, ip=context.ip):
        yield


def _counts(found: Survey) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name, ids in found.going.items():
        for kind, keys in kinds(session(), name, ids).items():
            counts[kind] = counts.get(kind, 0) + len(keys)
    return counts


def _outcome(found: Survey) -> Outcome:
    staying = [Kept(*_named(name, key), why) for (name, key), why in list(found.staying.items())[:MOST_NAMED]]
    return Outcome(_counts(found), staying, len(found.staying))


def _named(name: str, key: int) -> tuple[str, int, str]:
    model = model_of(name)
    with include_deleted():
        record = session().get(model, key) if model is not None else None
    if record is None:
        return name, key, f"#{key}"
    return record_type_of(type(record)), key, name_of(record)


demo_service = DemoService()

