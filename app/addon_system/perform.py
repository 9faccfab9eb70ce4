"""Doing an action step by step, and settling those that a crash left half done.

    install             1 tables   2 enable + raise   3 wait     4 demo data, where there are some
    activate            1 tables   2 enable + raise   3 wait
    upgrade             1 tables   2 enable + raise   3 wait     4 contract
    deactivate          1 disable + raise             2 wait
    uninstall, erase    1 disable + raise             2 wait     3 archive   4 drop (and erase)

A step is finished when the journal says so; repeating an unfinished one is harmless. Before the generation is raised
an action is undone, after it completed.
"""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import Connection

from app.addon_system import archive, generation, hand, install, installed, journal, locks, migrations, removal, rows
from app.addon_system import plan as plans
from app.addon_system.manifest import Manifest
from app.addon_system.plan import ACTIVATE, DEACTIVATE, ERASE, INSTALL, UNINSTALL, UPGRADE, Plan
from app.addon_system.registry import Registry
from app.db import db, unit_of_work
from app.sdk.actor import acting_as
from app.sdk.errors import BusinessError
from app.sdk.i18n import _, listed

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Work:
    """One action under way."""

    app: Flask
    registry: Registry
    journal_id: int
    plan: Plan
    step: int

    @property
    def units(self) -> list[Manifest]:
        """The addons acted on, in the plan's order. Raises BusinessError where one does not load."""
        for name in self.plan.order:
            if name not in self.registry.addons:
                reason = self.registry.faults.get(name, _("Its folder is missing."))
                raise BusinessError(_("The addon “%(name)s” does not load: %(reason)s", name=name, reason=reason))
        return [self.registry.addons[name] for name in self.plan.order]

    def known(self, name: str) -> Manifest:
        """Return the manifest of an addon that need not load."""
        return self.registry.known[name]


def perform(app: Flask, journal_id: int) -> None:
    """Do the action of a journal row in this process, which has loaded no addon yet."""
    with locks.exclusive(db.engine, locks.WORK):
        with db.engine.connect() as connection:
            row = journal.get(connection, journal_id)
            found = installed.read(connection, app)
            wanted = row["plan"]["order"] if row is not None else ()
            names = {*found.loadable(), *unfinished_addons(connection), *wanted} & set(found.manifests)
        if row is None or row["state"] not in journal.NOT_OVER:
            return
        try:
            registry = hand.load(app, names)
        except Exception:
            # Not even the platform loads: nothing was done, and the page shall not wait for ever.
            _end(journal_id, journal.FAILED, traceback.format_exc())
            raise
        settle(app, registry, but=journal_id)
        refused = _refusal(app, row)
        if refused:
            _end(journal_id, journal.FAILED, refused)
        else:
            with unit_of_work(write=True) as session:
                journal.begin(session, journal_id)
            _run(_work(app, registry, row))


def _refusal(app: Flask, row: dict[str, Any]) -> str:
    """Return why an action that has not begun can no longer be done as it was planned; "" where it can."""
    if row["state"] == journal.RUNNING:
        return ""
    wanted = Plan.of_journal(row["plan"])
    try:
        with db.engine.connect() as connection, force_locale(wanted.language):
            present = plans.build(connection, app, wanted.addon, wanted.action)
            if (present.order, present.fresh, present.archives) == (wanted.order, wanted.fresh, wanted.archives):
                return ""
            return _("Something else was done meanwhile. Look at the plan again.")
    except BusinessError as refusal:
        return refusal.message


def settle(app: Flask, registry: Registry, but: int | None = None) -> None:
    """Undo or complete what a crash left half done. The caller holds the lock, so nobody else is at it."""
    with db.engine.connect() as connection:
        rows_left = [row for row in journal.unfinished(connection) if row["id"] != but]
    for row in rows_left:
        work = _work(app, registry, row)
        if row["step"] < raised_at(row["action"]) and row["action"] != UPGRADE:
            with acting_as(journal.actor_of(row), via=work.plan.via, cause="recovery"):
                left = _undo(work)
                _close(work, journal.FAILED if left else journal.UNDONE,
                       left or _("Interrupted before it took effect; undone."))
        else:
            _run(work)
        log.info("addon_action_settled", journal=row["id"], addon=row["addon"], action=row["action"])


def unfinished_addons(connection: Connection) -> set[str]:
    """Return the addons whose code the unfinished actions need."""
    return {name for row in journal.unfinished(connection) for name in row["plan"]["order"]}


def raised_at(action: str) -> int:
    """Return the number of the step that raises the generation."""
    return 1 if action in {DEACTIVATE, UNINSTALL, ERASE} else 2


def _work(app: Flask, registry: Registry, row: dict[str, object]) -> Work:
    return Work(app, registry, int(row["id"]), Plan.of_journal(row["plan"]), int(row["step"]))  # type: ignore[arg-type,call-overload]


def _run(work: Work) -> None:
    with db.engine.connect() as connection:
        row = journal.get(connection, work.journal_id) or {}
    actor, cause = journal.actor_of(row), f"addon {work.plan.action}"
    with acting_as(actor, via=work.plan.via, cause=cause), force_locale(work.plan.language):
        try:
            for number, step in enumerate(STEPS[work.plan.action], 1):
                if number > work.step:
                    step(work)
                    with unit_of_work(write=True) as session:
                        journal.advance(session, work.journal_id, number)
                    work.step = number
        except BusinessError as refusal:
            _give_up(work, refusal.message)
        except Exception:  # noqa: BLE001 - whatever an addon's code raises, the journal says it and the desk goes on
            _give_up(work, traceback.format_exc())
        else:
            _close(work, journal.DONE)


def _give_up(work: Work, error: str) -> None:
    log.error("addon_action_failed", journal=work.journal_id, addon=work.plan.addon, error=error)
    left = _undo(work) if work.step < raised_at(work.plan.action) else ""
    _close(work, journal.FAILED, "\n".join(filter(None, (error, left))))


def _undo(work: Work) -> str:
    """Take back what was made; return what that failed at, which stays: the desk starts and other actions go on."""
    # By the scripts, not the models: they may be what does not load.
    failed = ""
    for name in reversed(work.plan.fresh):
        try:
            unit = work.known(name)
            with db.engine.connect() as connection:
                is_there = migrations.current(connection, unit) is not None
            if is_there:
                migrations.downgrade(db.engine, unit)
        except Exception:
            failed += traceback.format_exc()
            log.exception("addon_action_not_undone", journal=work.journal_id, addon=name)
    return failed


def _close(work: Work, state: str, error: str | None = None) -> None:
    _end(work.journal_id, state, error)


def _end(journal_id: int, state: str, error: str | None = None) -> None:
    with unit_of_work(write=True) as session:
        journal.close(session, journal_id, state, error)


# The steps ------------------------------------------------------------------------------------------------------------


def _tables(work: Work) -> None:
    for unit in work.units:
        if unit.name in work.plan.archives:
            archive.restore(work.app, db.engine, unit, work.plan.archives[unit.name])
        else:
            migrations.upgrade(db.engine, unit, install.reachable(unit))


def _enable(work: Work) -> None:
    with unit_of_work(write=True) as session:
        install.fill(session, work.registry, work.units, journal_id=work.journal_id)
        generation.raise_generation(session)
        journal.advance(session, work.journal_id, 2)


def _disable(work: Work) -> None:
    with unit_of_work(write=True) as session:
        for name in work.plan.order:
            rows.put(session, work.known(name), installed.DISABLED, journal_id=work.journal_id)
        generation.raise_generation(session)
        journal.advance(session, work.journal_id, 1)


def _wait(work: Work) -> None:
    # Nothing is taken away afterwards, so whoever is late does no harm.
    left = generation.wait_until_all(generation.current(), work.app.config["ADDON_WAIT"])
    if left:
        log.warning("addon_action_not_everywhere_yet", addon=work.plan.addon, processes=left)


def _wait_strictly(work: Work) -> None:
    left = generation.wait_until_all(generation.current(), work.app.config["ADDON_WAIT"])
    if left:
        raise BusinessError(_("Switched off, but not removed: these processes still serve the old set: %(processes)s. "
                              "Try again once they have ended.", processes=listed(left)))


def _demo(work: Work) -> None:
    # A desk that shows demo data shows those of a new addon as well; without them it works just as well.
    from app.demo.services import demo_service

    try:
        with unit_of_work(write=True):
            demo_service.bring_along()
    except Exception:
        log.exception("demo_data_not_brought", addon=work.plan.addon)


def _contract(work: Work) -> None:
    left = install.contract(work.app, work.units, generation.current())
    if left:
        raise BusinessError(_("These processes still run the old code: %(processes)s", processes=listed(left)))


def _archive(work: Work) -> None:
    removal.archive_all(work.app, work.registry, work.plan, work.journal_id)


def _drop(work: Work) -> None:
    removal.drop_all(work.app, work.registry, work.plan, work.journal_id)


Step = Callable[[Work], None]
_ADDING: list[Step] = [_tables, _enable, _wait]
STEPS: dict[str, list[Step]] = {
    INSTALL: [*_ADDING, _demo], ACTIVATE: _ADDING, UPGRADE: [*_ADDING, _contract],
    DEACTIVATE: [_disable, _wait],
    UNINSTALL: [_disable, _wait_strictly, _archive, _drop],
    ERASE: [_disable, _wait_strictly, _archive, _drop],
}
