"""What a plan means, part by part: one function says it, the page and the command line both show what it returns.

Everything is read from the files of the addons and from the database, so that an addon that is off is told of as well
as one that is on.
"""

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import Connection, func, select

from app.addon_system import impact_rows, installed, key_scopes
from app.addon_system.declared import Declared, declared, declared_rights
from app.addon_system.key_scopes import Rights
from app.addon_system.manifest import Manifest
from app.addon_system.plan import ACTIVATE, DEACTIVATE, ERASE, INSTALL, UNINSTALL, UPGRADE, Plan, of_addons
from app.addon_system.texts import label_of, words
from app.jobs.models import RUNNING, OutboxMessage
from app.sdk.i18n import LazyString, _, _l, bilingual

Notes = Mapping[str, LazyString]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing, and a number or a word about it."""

    text: str
    value: str = ""
    is_code: bool = False  # a name of the program's, in no language


@dataclass(frozen=True, slots=True)
class Part:
    """Things of one kind, and what becomes of them."""

    title: str
    note: str = ""
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Look:
    connection: Connection
    plan: Plan
    units: list[Manifest]
    found: dict[str, Declared]
    others: list[Manifest]

    @property
    def is_upgrade(self) -> bool:
        return self.plan.action == UPGRADE


def impact(connection: Connection, app: Flask, plan: Plan) -> list[Part]:
    """Return what an action does to addons, tables, records, rights, roles, menu, schedules and jobs."""
    manifests, _faults = installed.on_disk(app)
    units = [manifests[name] for name in plan.order]
    others = [unit for name, unit in manifests.items() if name not in plan.order]
    look = _Look(connection, plan, units, {unit.name: declared(unit) for unit in units}, others)
    return [
        Part(str(title), str(notes.get(plan.action, "")), lines) for title, notes, read in _PARTS
        if (lines := list(read(look)))
    ]


def _addons(look: _Look) -> Iterator[Line]:
    for unit in look.units:
        archive = look.plan.archives.get(unit.name)
        text = f"{label_of(unit)} ({unit.name} {unit.version})"
        yield Line(text, _("data come back from the archive %(name)s", name=archive) if archive else "")


def _tables(look: _Look) -> Iterator[Line]:
    yield from (Line(name, str(rows), is_code=True) for name, rows in look.plan.tables.items())


def _open(look: _Look) -> Iterator[Line]:
    if look.plan.action in {DEACTIVATE, UNINSTALL, ERASE}:
        yield from (Line(bilingual(label), str(number))
                    for label, number in impact_rows.open_records(look.connection, look.plan.order) if number)


def _rights(look: _Look) -> Iterator[Line]:
    known = impact_rows.known_rights(look.connection) if look.is_upgrade else frozenset()
    for unit in look.units:
        for key, label in look.found[unit.name].rights.items():
            if key not in known:
                yield Line(words(unit, label), key)


def _roles(look: _Look) -> Iterator[Line]:
    roles = {code: label for found in look.found.values() for code, label in found.roles.items()}
    holders = impact_rows.holders(look.connection, roles)
    for code, label in roles.items():
        number = holders.get(code)
        if not (look.is_upgrade and number is not None):
            yield Line(bilingual(label), _("held by %(number)s", number=number) if number else "")


def _menus(look: _Look) -> Iterator[Line]:
    for unit in look.units if not look.is_upgrade else ():
        yield from (Line(words(unit, label)) for label in look.found[unit.name].menus.values())


def _schedules(look: _Look) -> Iterator[Line]:
    yield from (Line(name, cron, is_code=True)
                for unit in look.units
                for name, cron in impact_rows.schedules(look.connection, unit.name, look.found[unit.name]).items())


def _keys(look: _Look) -> Iterator[Line]:
    if look.plan.action != ERASE:
        return
    less = ended = 0
    for change in key_scopes.changes(look.connection, _rights_of_all(look)):
        less, ended = less + (not change.ends), ended + change.ends
    if less:
        yield Line(_("Lose the rights of the addon and keep others"), str(less))
    if ended:
        yield Line(_("End, for they have no other right"), str(ended))


def _rights_of_all(look: _Look) -> Rights:
    owners = _owners(look)
    types = impact_rows.record_types(look.connection, look.plan.order)
    rights = [key_scopes.rights_of(owners, name, {name, *types[name]}) for name in look.plan.order]
    return Rights(frozenset(key for one in rights for key in one.keys),
                  frozenset(name for one in rights for name in one.resources))


def _owners(look: _Look) -> dict[str, str]:
    """Return {key of a right: its unit}, by the files: the command line has loaded no addon."""
    from app import platform

    modules = [importlib.import_module(name) for name in platform.PERMISSIONS]
    owners = {item.key: platform.PLATFORM.name for module in modules for item in module.PERMISSIONS}
    for unit in look.others:
        owners.update(dict.fromkeys(declared_rights(unit), unit.name))
    for name, found in look.found.items():
        owners.update(dict.fromkeys(found.rights, name))
    return owners


def _told(look: _Look) -> Iterator[Line]:
    if look.plan.action not in {UNINSTALL, ERASE}:
        return
    types = {name for names in impact_rows.record_types(look.connection, look.plan.order).values() for name in names}
    links, values = impact_rows.told_elsewhere(look.connection, types)
    yield from (Line(text, str(number)) for text, number in (
        (_("Links from other records"), links), (_("Values of custom fields at other records"), values)) if number)


def _jobs(look: _Look) -> Iterator[Line]:
    message = OutboxMessage.__table__
    running = look.connection.execute(select(func.count()).where(
        message.c.state == RUNNING, of_addons(message.c.name, look.plan.order))).scalar_one()
    if running:
        yield Line(_("Running: they end first"), str(running))
    if look.plan.waiting_jobs:
        yield Line(_("Waiting: parked until the addon is switched on again"), str(look.plan.waiting_jobs))


_STAY = _l("They stay as they are.")
_DROPPED = _l("They are archived, the archive is verified, then they are dropped. Installing again brings them back.")
_DROPPED_FOR_GOOD = _l("They are archived, the archive is verified, then they are dropped. Installing again begins "
                       "with empty ones.")
_NO_EFFECT = _l("They have no effect until the addon is on again; what was granted is kept.")
_ROLES_STAY = _l("They stay with whoever holds them; the rights of this addon have no effect meanwhile.")
_OUT_OF_REACH = _l("Nobody sees or changes them until the addon is switched on again.")
_ARCHIVED = _l("They are in the archive until the addon is installed again. What refers to them reads as text.")
_COME = _l("They come.")
_LEAVE_MENU, _STOP = _l("They leave the menu; their addresses answer that the addon is off."), _l("They stop.")
_PARTS: list[tuple[LazyString, Notes, Callable[[_Look], Iterator[Line]]]] = [
    (_l("Addons, in this order"), {}, _addons),
    (_l("Tables and rows"), {
        INSTALL: _l("They are made, or filled again from the archive."), ACTIVATE: _STAY,
        UPGRADE: _l("They are brought to the new version."), DEACTIVATE: _STAY, UNINSTALL: _DROPPED,
        ERASE: _DROPPED_FOR_GOOD}, _tables),
    (_l("Open records"), {DEACTIVATE: _OUT_OF_REACH, UNINSTALL: _ARCHIVED,
                          ERASE: _l("They are gone. What refers to them reads as text.")}, _open),
    (_l("Menu entries"), {
        INSTALL: _l("They appear for whoever may use them."), ACTIVATE: _l("They appear for whoever may use them."),
        DEACTIVATE: _LEAVE_MENU, UNINSTALL: _LEAVE_MENU, ERASE: _LEAVE_MENU}, _menus),
    (_l("Roles"), {
        INSTALL: _l("They come with their rights; users are given them afterwards."), UPGRADE: _COME,
        ACTIVATE: _l("Whoever holds them has their rights again."), DEACTIVATE: _ROLES_STAY, UNINSTALL: _ROLES_STAY,
        ERASE: _l("They are deleted and taken from whoever holds them.")}, _roles),
    (_l("Rights"), {
        INSTALL: _l("They come; administrators hold them at once."), UPGRADE: _COME,
        ACTIVATE: _l("They have effect again, as they were granted."), DEACTIVATE: _NO_EFFECT, UNINSTALL: _NO_EFFECT,
        ERASE: _l("They are deleted, with every grant of them.")}, _rights),
    (_l("Keys for programs"), {ERASE: _l("The rights of the addon are taken out of them.")}, _keys),
    (_l("What others say of its records"), {
        UNINSTALL: _l("It reads as text until the addon is installed again."),
        ERASE: _l("It reads as text: number and title, and that the record was removed.")}, _told),
    (_l("Scheduled jobs"), {INSTALL: _l("They run at these times."), ACTIVATE: _l("They run at these times."),
                            UPGRADE: _l("They run at these times."), DEACTIVATE: _STOP, UNINSTALL: _STOP,
                            ERASE: _STOP}, _schedules),
    (_l("Jobs under way"), {}, _jobs),
]
