"""What is on disk and what the database says of it, side by side."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, select

from app.addon_system import catalogues, graph, loader
from app.addon_system.manifest import Manifest, discover
from app.addon_system.models import AddonRow
from app.platform import MIGRATIONS, PLATFORM

ENABLED, DISABLED, UNINSTALLED, FAULTY = "enabled", "disabled", "uninstalled", "faulty"
# Those whose tables are there.
PRESENT = frozenset({ENABLED, DISABLED, FAULTY})
_CODE = ("*.py", "*.po", "data/*.yaml", "data/*.csv")
_LEFT_OUT = frozenset({"tests", "__pycache__", "static", "templates"})


@dataclass(frozen=True, slots=True)
class Row:
    """What the database says of one unit."""

    name: str
    version: str
    state: str
    revision: str | None
    fingerprint: str | None
    archive: str | None
    fault: str | None


@dataclass(frozen=True, slots=True)
class Installed:
    """All units on disk, in load order, and all rows of the database."""

    manifests: dict[str, Manifest]
    faults: dict[str, str]
    rows: dict[str, Row]

    def state(self, name: str) -> str:
        """Return the state of an addon; "" where it was never installed."""
        row = self.rows.get(name)
        return row.state if row is not None else ""

    def names(self, *states: str) -> list[str]:
        """Return the addons of these states, those that others need first."""
        ordered, _left_out = graph.order(self.manifests)
        return [item.name for item in ordered if self.state(item.name) in states]

    def names_among(self, names: Iterable[str]) -> list[str]:
        """Return these addons, those that others need first."""
        wanted = set(names)
        ordered, _left_out = graph.order(self.manifests)
        return [item.name for item in ordered if item.name in wanted]

    def loadable(self) -> list[str]:
        """Return what a process would load; a faulty addon gets another try."""
        return self.names(ENABLED, FAULTY)

    def to_set_up(self) -> list[str]:
        """Return what set-up installs and nobody has decided about yet, with the bridges that follow."""
        ordered, _left_out = graph.order(self.manifests)
        chosen = set(self.loadable())
        fresh = []
        for item in ordered:
            is_wanted = item.installed_by_setup or (item.auto_install and item.depends)
            if is_wanted and item.name not in self.rows and set(item.depends) <= chosen:
                chosen.add(item.name)
                fresh.append(item.name)
        return fresh

    def stale(self) -> list[str]:
        """Return the platform or the enabled addons whose files are not those that were last installed."""
        units = [PLATFORM, *(self.manifests[name] for name in self.loadable())]
        return [unit.name for unit in units
                if unit.name not in self.rows or self.rows[unit.name].fingerprint != fingerprint(unit)]


def on_disk(app: Flask) -> tuple[dict[str, Manifest], dict[str, str]]:
    """Return the addons found, and those left out with the reason."""
    return discover(loader.addon_paths(app))


def read(connection: Connection, app: Flask) -> Installed:
    """Read both sides. The table `addon` must be there."""
    manifests, faults = on_disk(app)
    table = AddonRow.__table__
    columns = [table.c[name] for name in Row.__dataclass_fields__]
    rows = [Row(*row) for row in connection.execute(select(*columns))]
    return Installed(manifests, faults, {row.name: row for row in rows})


def fingerprint(unit: Manifest) -> str:
    """Return a hash of what a unit's installation depends on: its code, its data files, its migrations."""
    total = hashlib.sha256(unit.version.encode())
    for path in sorted(_files(unit)):
        total.update(str(path.name).encode())
        total.update(path.read_bytes())
    return total.hexdigest()[:40]


def _files(unit: Manifest) -> set[Path]:
    found = {path for pattern in _CODE for path in unit.folder.rglob(pattern)
             if not _LEFT_OUT & set(path.relative_to(unit.folder).parts)}
    found.update(unit.folder / name for name in unit.data)
    if unit.name == PLATFORM.name:
        found.update({*MIGRATIONS.glob("*.py"), *catalogues.OWN.rglob("*.po")})
    return {path for path in found if path.is_file()}
