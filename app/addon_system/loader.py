"""Loading: the enabled addons, part by part, in the order of their dependencies.

    rows of table addon -> manifests -> order -> models of all -> mappers -> the other parts -> registry

Models of all addons come first, so that a relation declared anywhere is complete before a page is made from it.
An addon that fails to load is left out together with all that needs it; the rest of the desk runs on.
"""

import importlib
import importlib.util
import traceback
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import inspect, select
from sqlalchemy.orm import configure_mappers

from app.addon_system import graph, tombstones
from app.addon_system.manifest import Manifest, discover
from app.addon_system.models import AddonRow
from app.addon_system.registry import EXTENSION, Registry
from app.db import db, unit_of_work
from app.sdk import events

log = structlog.get_logger(__name__)
BUNDLED = Path(__file__).resolve().parents[2] / "addons"
# Read for what they do when imported (scopes, services, life cycles), in this order after the models.
QUIET_PARTS = ("rights", "workflow", "services", "search")
# The lists that pages fill, and the parts that each fill the list of their name; in a module their names are capitals.
PAGES = ("views", "extensions", "menu", "apis", "link_purposes")
DECLARED = ("slots", "reports", "settings", "notices", "commands")


def addon_paths(app: Flask) -> list[Path]:
    """Return the folders in which addons are looked for: the bundled one first."""
    further = [Path(part) for part in app.config.get("ADDON_PATHS", "").split(":") if part]
    package = importlib.import_module("addons")
    for path in further:
        if str(path) not in package.__path__:
            package.__path__.append(str(path))
    return [BUNDLED, *further]


def enabled_names() -> list[str]:
    """Return the names of the addons that the database says are switched on; none where it has no tables yet."""
    if not inspect(db.engine).has_table(AddonRow.__tablename__):
        return []
    with unit_of_work() as session:
        return list(session.execute(select(AddonRow.name).where(AddonRow.state == "enabled")).scalars())


def load_enabled(app: Flask, platform: Manifest, without: Mapping[str, str] | None = None) -> Registry:
    """Load the platform and the enabled addons, and return what they contribute.

    `without` are addons that turned out not to fit into the application, each with the reason.
    """
    faults = without or {}
    registry = load(app, platform, [name for name in names_to_load(app) if name not in faults])
    for name, reason in faults.items():
        log.error("addon_left_out", addon=name, reason=reason)
        registry.faults[name] = reason
    return registry


def names_to_load(app: Flask) -> list[str]:
    """Return the enabled addons; in safe mode only those that are part of every desk."""
    names = enabled_names()
    if not app.config.get("SAFE_MODE"):
        return names
    manifests, _faults = discover(addon_paths(app))
    return [name for name in names if name in manifests and not manifests[name].removable]


def load(app: Flask, platform: Manifest, names: Iterable[str]) -> Registry:
    """Load the platform and these addons."""
    manifests, faults = discover(addon_paths(app))
    wanted = {name: manifests[name] for name in names if name in manifests}
    ordered, left_out = graph.order(wanted)
    registry = Registry(platform, known=manifests, faults={**faults, **left_out})
    registry.addons = {item.name: item for item in ordered}
    app.extensions[EXTENSION] = registry
    events.clear()
    _platform(registry)
    _each(registry, lambda unit: part(unit, "models"))
    configure_mappers()
    tombstones.raise_for_missing(registry)
    for phase in (_permissions, _quiet, _pages, _wiring):
        _each(registry, lambda unit, phase=phase: phase(registry, unit))  # type: ignore[misc]
    _leave_out_dependents(registry)
    return registry


def part(unit: Manifest, name: str) -> ModuleType | None:
    """Import one part of a unit; None where it has none. An error inside the part is raised."""
    full = f"{unit.package}.{name}"
    if importlib.util.find_spec(full) is None:
        return None
    return importlib.import_module(full)


def _each(registry: Registry, phase: Callable[[Manifest], Any]) -> None:
    for unit in list(registry.addons.values()):
        if any(name not in registry.addons for name in unit.depends):
            _fault(registry, unit, f"needs {', '.join(n for n in unit.depends if n not in registry.addons)}")
            continue
        try:
            phase(unit)
        except Exception:  # noqa: BLE001 - one addon's fault must not stop the desk
            _fault(registry, unit, traceback.format_exc())


def _fault(registry: Registry, unit: Manifest, reason: str) -> None:
    log.error("addon_left_out", addon=unit.name, reason=reason)
    registry.faults[unit.name] = reason
    registry.forget(unit.name)
    events.forget(unit.name)


def _leave_out_dependents(registry: Registry) -> None:
    # Furthest first: what needs a faulty addon leaves before another phase would look at it.
    _each(registry, lambda _unit: None)


def _platform(registry: Registry) -> None:
    from app import platform

    for name in (*platform.MODELS, *platform.SERVICES):
        importlib.import_module(name)
    for name in platform.PERMISSIONS:
        _take_permissions(registry, registry.platform, importlib.import_module(name))
    for name in (*platform.VIEWS, *platform.APIS):
        _take(registry, registry.platform, importlib.import_module(name), PAGES)
    declared = {"settings": platform.SETTINGS, "notices": platform.NOTICES, "slots": platform.SLOTS}
    for store, names in declared.items():
        for name in names:
            _take(registry, registry.platform, importlib.import_module(name), (store,))
    for name in platform.JOBS:
        _take_jobs(registry, registry.platform, importlib.import_module(name))


def _permissions(registry: Registry, unit: Manifest) -> None:
    module = part(unit, "permissions")
    if module is not None:
        _take_permissions(registry, unit, module)


def _take_permissions(registry: Registry, unit: Manifest, module: ModuleType) -> None:
    for item in module.PERMISSIONS:
        if item.key in registry.permissions:
            raise ValueError(f"permission {item.key} is declared twice")
        registry.permissions[item.key] = item
        registry.owners[item.key] = unit.name


def _quiet(_registry: Registry, unit: Manifest) -> None:
    for name in QUIET_PARTS:
        part(unit, name)


def _pages(registry: Registry, unit: Manifest) -> None:
    for name in ("views", "api"):
        module = part(unit, name)
        if module is not None:
            _take(registry, unit, module, PAGES)


def _take(registry: Registry, unit: Manifest, module: ModuleType, stores: Iterable[str]) -> None:
    for store in stores:
        registry.take(unit.name, store, getattr(module, store.upper(), []))


def _wiring(registry: Registry, unit: Manifest) -> None:
    listeners = part(unit, "listeners")
    if listeners is not None:
        listeners.register(
            lambda event, handler, guard=False: events.subscribe(event, handler, guard=guard, addon=unit.name),
            lambda event, job: events.after(event, job, addon=unit.name),
        )
    for name in DECLARED:
        module = part(unit, name)
        if module is not None:
            registry.take(unit.name, name, getattr(module, name.upper()))
            _take(registry, unit, module, ("mail_facts",))
    jobs = part(unit, "jobs")
    if jobs is not None:
        _take_jobs(registry, unit, jobs)


def _take_jobs(registry: Registry, unit: Manifest, module: ModuleType) -> None:
    for job in module.JOBS:
        if unit is not registry.platform and not job.name.startswith(f"{unit.name}."):
            # By its name it is parked, counted in plans, and forgotten where its addon is erased.
            raise ValueError(f"job {job.name} must be called {unit.name}.<something>")
        if job.name in registry.jobs:
            raise ValueError(f"job {job.name} is declared twice")
        registry.jobs[job.name] = job
