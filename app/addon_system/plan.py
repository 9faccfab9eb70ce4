"""What an action would do, before anybody does it: the same words on the page and on the command line."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from flask import Flask
from sqlalchemy import ColumnElement, Connection, false, func, inspect, or_, select, table

from app.addon_system import graph, installed, journal
from app.addon_system.declared import declared_tables
from app.addon_system.installed import Installed
from app.addon_system.manifest import Manifest
from app.jobs.models import HANDED, WAITING, OutboxMessage
from app.sdk.errors import BusinessError, Conflict, NotFound
from app.sdk.i18n import _, listed

INSTALL, ACTIVATE, DEACTIVATE, UNINSTALL, ERASE, UPGRADE = ACTIONS = (
    "install", "activate", "deactivate", "uninstall", "erase", "upgrade",
)
REMOVING = frozenset({DEACTIVATE, UNINSTALL, ERASE})


@dataclass(slots=True)
class Plan:
    """An action on one addon and everything that goes with it."""

    action: str
    addon: str
    order: list[str]  # the addons that are acted on, in this order
    fresh: list[str] = field(default_factory=list)  # those whose tables are made
    archives: dict[str, str] = field(default_factory=dict)  # those whose data come back, and from where
    tables: dict[str, int] = field(default_factory=dict)  # table: its rows
    waiting_jobs: int = 0
    actor_id: int | None = None
    via: str = "system"
    language: str = "en"  # in which the outcome is told

    def as_json(self) -> dict[str, Any]:
        """Return the plan as the journal keeps it."""
        return asdict(self)

    @classmethod
    def of_journal(cls, kept: Mapping[str, Any]) -> "Plan":
        """Return the plan that the journal keeps; what only another version of the desk knew is passed over."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in kept.items() if name in known})


def build(connection: Connection, app: Flask, name: str, action: str) -> Plan:
    """Return the plan of an action. Raises NotFound, or Conflict that says why it cannot be."""
    found = installed.read(connection, app)
    if action not in ACTIONS:
        raise BusinessError(_("There is no action “%(action)s”.", action=action), code="addon.unknown_action")
    if name not in found.manifests:
        if name in found.faults:
            raise Conflict(_("The addon “%(name)s” cannot be used: %(reason)s", name=name, reason=found.faults[name]))
        raise NotFound(_("There is no addon “%(name)s”.", name=name))
    if action in REMOVING:
        plan = _removal(found, name, action)
    else:
        removed = {item for item, last in journal.last_wanted(connection).items() if last in REMOVING}
        plan = _addition(found, name, action, removed)
    plan.tables = _rows(connection, [found.manifests[item] for item in plan.order],
                        is_removed=action in {UNINSTALL, ERASE})
    plan.waiting_jobs = _waiting(connection, plan.order) if action in REMOVING else 0
    return plan


def _addition(found: Installed, name: str, action: str, removed: set[str]) -> Plan:
    allowed = {INSTALL: {"", installed.UNINSTALLED}, ACTIVATE: {installed.DISABLED, installed.FAULTY},
               UPGRADE: {installed.ENABLED, installed.FAULTY}}
    if found.state(name) not in allowed[action]:
        raise _not_now(found, name)
    if action == UPGRADE:
        _check_version(found, name)
        return Plan(action, name, [name])
    needed = _requirements(found, name)
    present = set(found.loadable())
    order = [item for item in needed if item not in present]
    order += _bridges(found, {*present, *order}, removed)
    _check_conflicts(found, order, present)
    fresh = [item for item in order if found.state(item) not in installed.PRESENT]
    archives = {item: row.archive for item in fresh if (row := found.rows.get(item)) and row.archive}
    return Plan(action, name, order, fresh, archives)


def _requirements(found: Installed, name: str) -> list[str]:
    _ordered, left_out = graph.order(found.manifests)
    if name in left_out:
        raise Conflict(_("The addon “%(name)s” cannot be used: %(reason)s", name=name, reason=left_out[name]))
    return graph.requirements(name, found.manifests)


def _bridges(found: Installed, chosen: set[str], removed: set[str]) -> list[str]:
    # A bridge follows what it ties together; one that somebody took away by itself stays away.
    followers: list[str] = []
    ordered, _left_out = graph.order(found.manifests)
    for item in ordered:
        is_free = item.name not in {*chosen, *removed}
        if item.auto_install and item.depends and is_free and set(item.depends) <= {*chosen, *followers}:
            followers.append(item.name)
    return followers


def _check_conflicts(found: Installed, order: list[str], present: set[str]) -> None:
    for name in order:
        for other in {*present, *order} - {name}:
            if other in found.manifests[name].conflicts or name in found.manifests[other].conflicts:
                raise Conflict(_("“%(name)s” cannot be used together with “%(other)s”.", name=name, other=other))


def _check_version(found: Installed, name: str) -> None:
    row, manifest = found.rows[name], found.manifests[name]
    if _version(manifest.version) < _version(row.version):
        raise Conflict(_("“%(name)s” is installed in version %(installed)s; the older version %(found)s cannot follow.",
                         name=name, installed=row.version, found=manifest.version))


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def _removal(found: Installed, name: str, action: str) -> Plan:
    if found.state(name) not in ({installed.ENABLED, installed.FAULTY} if action == DEACTIVATE else installed.PRESENT):
        raise _not_now(found, name)
    if not found.manifests[name].removable:
        raise Conflict(_("“%(name)s” is part of every desk and cannot be removed.", name=name))
    holding = {installed.ENABLED, installed.FAULTY} if action == DEACTIVATE else installed.PRESENT
    needing = [item for item in graph.dependents(name, found.manifests.values()) if found.state(item) in holding]
    blocking = [item for item in needing if not found.manifests[item].auto_install]
    if blocking:
        raise Conflict(_("“%(name)s” is needed by: %(others)s. Remove those first.", name=name,
                         others=listed(blocking)))
    return Plan(action, name, [*needing, name])


def _not_now(found: Installed, name: str) -> Conflict:
    words = {
        "": _("“%(name)s” is not installed.", name=name),
        installed.ENABLED: _("“%(name)s” is installed already.", name=name),
        installed.DISABLED: _("“%(name)s” is switched off.", name=name),
        installed.UNINSTALLED: _("“%(name)s” is not installed.", name=name),
        installed.FAULTY: _("“%(name)s” is faulty.", name=name),
    }
    return Conflict(words[found.state(name)])


def _rows(connection: Connection, units: list[Manifest], *, is_removed: bool) -> dict[str, int]:
    names: list[str] = []
    for unit in units:
        try:
            names += declared_tables(unit)
        except SyntaxError as error:
            # What cannot be read is switched off all the same; its tables are not dropped unseen.
            if is_removed:
                raise Conflict(_("The addon “%(name)s” cannot be used: %(reason)s", name=unit.name,
                                 reason=str(error))) from error
    return counted(connection, names)


def counted(connection: Connection, names: Collection[str]) -> dict[str, int]:
    """Return the rows of tables, in one statement; none where a table is not there."""
    present = set(inspect(connection).get_table_names()).intersection(names)
    numbers = [select(func.count()).select_from(table(name)).scalar_subquery().label(name) for name in sorted(present)]
    found = connection.execute(select(*numbers)).mappings().one() if numbers else {}
    return {name: found.get(name, 0) for name in names}


def _waiting(connection: Connection, names: list[str]) -> int:
    message = OutboxMessage.__table__
    return connection.execute(
        select(func.count()).where(message.c.state.in_([WAITING, HANDED]), of_addons(message.c.name, names))
    ).scalar_one()


def of_addons(name: ColumnElement[str], addons: Collection[str]) -> ColumnElement[bool]:
    """Return what holds for the names of these addons' jobs: "problem.tell" is one of `problem`."""
    return or_(false(), *(name.startswith(f"{addon}.", autoescape=True) for addon in addons))
