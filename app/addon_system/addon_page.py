"""What the page of one addon tells besides its card: what it ties in, what it brings, its data, archives, history."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection

from app.addon_system import archive, graph, impact_rows, journal
from app.addon_system.cards import Card
from app.addon_system.declared import Declared, declared, declared_tables
from app.addon_system.impact import Line, Part
from app.addon_system.impact_rows import Size
from app.addon_system.installed import PRESENT, Installed
from app.addon_system.manifest import Manifest
from app.addon_system.pictures import Picture, pictures
from app.addon_system.texts import words
from app.sdk.i18n import _, bilingual


@dataclass(frozen=True, slots=True)
class Branch:
    """An addon that this one needs, with what that one needs in turn."""

    name: str
    below: list["Branch"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Archive:
    """Data that an uninstallation has kept."""

    name: str
    version: str
    rows: int
    bytes: int
    made_at: datetime
    comes_back: bool


@dataclass(frozen=True, slots=True)
class Details:
    """Everything that the page shows of an addon besides its card."""

    needs: list[Branch] = field(default_factory=list)
    needed_by: list[str] = field(default_factory=list)
    bridges: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    brings: list[Part] = field(default_factory=list)
    sizes: list[Size] = field(default_factory=list)
    archives: list[Archive] = field(default_factory=list)
    history: Sequence[Any] = ()

    @property
    def rows(self) -> int:
        """How many rows its tables hold."""
        return sum(one.rows for one in self.sizes)

    @property
    def bytes(self) -> int | None:
        """How many bytes they take; None where the database does not tell."""
        told = [one.bytes for one in self.sizes if one.bytes is not None]
        return sum(told) if told else None


def details(connection: Connection, app: Flask, found: Installed, card: Card) -> Details:
    """Return what the page of an addon shows; of one whose folder or manifest is gone, what is left of it."""
    unit, row = found.manifests.get(card.name), found.rows.get(card.name)
    kept = archives(app, card.name, row.archive if row is not None else None)
    history = journal.recent(connection, card.name)
    if unit is None:
        return Details(archives=kept, history=history)
    dependents = [found.manifests[name] for name in reversed(graph.dependents(unit.name, found.manifests.values()))]
    return Details(
        needs=[_branch(found, name, frozenset({unit.name, name})) for name in unit.depends],
        needed_by=[one.name for one in dependents if not one.auto_install],
        bridges=[one.name for one in dependents if one.auto_install],
        pictures=pictures(unit), brings=list(_brings(connection, unit, declared(unit))), archives=kept, history=history,
        sizes=impact_rows.sizes(connection, _tables(unit)) if card.state in PRESENT else [],
    )


def _branch(found: Installed, name: str, above: frozenset[str]) -> Branch:
    # What needs itself in a loop is followed once.
    unit = found.manifests.get(name)
    below = [other for other in unit.depends if other not in above] if unit is not None else []
    return Branch(name, [_branch(found, other, above | {name}) for other in below])


def _tables(unit: Manifest) -> list[str]:
    try:
        return declared_tables(unit)
    except SyntaxError:
        return []


def _brings(connection: Connection, unit: Manifest, found: Declared) -> Iterator[Part]:
    holders = impact_rows.holders(connection, found.roles)
    schedules = impact_rows.schedules(connection, unit.name, found)
    parts = (
        Part(_("Menu entries"), lines=[Line(words(unit, label)) for label in found.menus.values()]),
        Part(_("Roles"), lines=[
            Line(bilingual(label), _("held by %(number)s", number=holders[code]) if holders.get(code) else "")
            for code, label in found.roles.items()]),
        Part(_("Rights"), lines=[Line(words(unit, label), key) for key, label in found.rights.items()]),
        Part(_("Scheduled jobs"), lines=[Line(name, cron, is_code=True) for name, cron in schedules.items()]),
    )
    yield from (part for part in parts if part.lines)


def archives(app: Flask, name: str, current: str | None = None) -> list[Archive]:
    """Return the archives of an addon, the newest first; `current` comes back when it is installed again."""
    found = []
    for folder in (Path(app.config["DATA_DIR"]) / "archives").glob(f"{name}-*"):
        written = folder / archive.CONTENTS
        try:
            said = json.loads(written.read_text(encoding="utf-8"))
            if said["addon"] == name:
                found.append(Archive(
                    folder.name, said["version"], sum(table["rows"] for table in said["tables"].values()),
                    sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
                    datetime.fromtimestamp(written.stat().st_mtime, UTC), folder.name == current))
        except (OSError, ValueError, KeyError):
            continue  # one that is being written, or was never finished
    return sorted(found, key=lambda one: one.made_at, reverse=True)
