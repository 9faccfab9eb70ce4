"""What the page of the addons shows of each: what the disk, the database and this process say of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from babel.support import NullTranslations, Translations
from flask import Flask
from sqlalchemy import Connection, select

from app.addon_system import catalogues, graph, installed
from app.addon_system.installed import DISABLED, ENABLED, FAULTY, UNINSTALLED, Installed
from app.addon_system.manifest import Manifest
from app.addon_system.models import AddonRow
from app.addon_system.plan import ACTIVATE, DEACTIVATE, INSTALL, UNINSTALL, UPGRADE
from app.addon_system.registry import current_registry
from app.sdk.i18n import LazyString, _, _l, language

STATES: dict[str, tuple[LazyString, str]] = {
    "": (_l("Not installed"), "secondary"), ENABLED: (_l("In use"), "green"), DISABLED: (_l("Switched off"), "yellow"),
    UNINSTALLED: (_l("Removed, data archived"), "secondary"), FAULTY: (_l("Faulty"), "red"),
}
ACTION_LABELS: dict[str, LazyString] = {
    "install": _l("Install"), "activate": _l("Switch on"), "deactivate": _l("Switch off"),
    "uninstall": _l("Uninstall, keep the data"), "erase": _l("Uninstall and erase the data"), "upgrade": _l("Upgrade"),
}


@dataclass(slots=True)
class Card:
    """One addon."""

    name: str
    label: str
    summary: str = ""
    version: str = ""
    category: str = ""
    icon: str = "puzzle"
    state: str = ""
    state_label: str = ""
    colour: str = "secondary"
    needs: list[str] = field(default_factory=list)
    needed_by: list[str] = field(default_factory=list)
    changed_at: datetime | None = None
    changed_by: str = ""
    fault: str = ""
    is_removable: bool = True
    actions: list[str] = field(default_factory=list)


def cards(connection: Connection, app: Flask) -> list[Card]:
    """Return a card for every addon on disk or in the database, as the categories and their order say."""
    found = installed.read(connection, app)
    changes = {row.name: row for row in connection.execute(select(
        AddonRow.__table__.c.name, AddonRow.__table__.c.changed_at, AddonRow.__table__.c.changed_by))}
    made = [_card(found, unit) for unit in sorted(found.manifests.values(), key=lambda u: (u.sequence, u.name))]
    made += [Card(name, name, fault=reason, state=FAULTY) for name, reason in sorted(found.faults.items())]
    gone = set(found.rows) - set(found.manifests) - set(found.faults) - {"platform"}
    made += [Card(name, name, state=FAULTY, fault=_("The folder of this addon is missing."),
                  version=found.rows[name].version) for name in sorted(gone)]
    for card in made:
        label, card.colour = STATES[card.state]
        card.state_label = str(label)
        if card.name in changes:
            card.changed_at, card.changed_by = changes[card.name].changed_at, changes[card.name].changed_by
    return made


def _card(found: Installed, unit: Manifest) -> Card:
    state, row = found.state(unit.name), found.rows.get(unit.name)
    fault = current_registry().faults.get(unit.name) or (row.fault if row is not None and row.fault else "")
    if state == ENABLED and fault:
        state = FAULTY
    needing = graph.dependents(unit.name, found.manifests.values())
    return Card(
        name=unit.name, label=words(unit, unit.label), summary=words(unit, unit.summary),
        version=row.version if row is not None and state in installed.PRESENT else unit.version,
        category=unit.category, icon=unit.icon, state=state, fault=fault if state in installed.PRESENT else "",
        is_removable=unit.removable, actions=_actions(found, unit, state),
        needs=_labels(found, unit.depends),
        needed_by=_labels(found, [name for name in needing if found.state(name) in {ENABLED, FAULTY}]),
    )


def _labels(found: Installed, names: Iterable[str]) -> list[str]:
    return [words(found.manifests[name], found.manifests[name].label) if name in found.manifests else name
            for name in names]


def _actions(found: Installed, unit: Manifest, state: str) -> list[str]:
    if state in {"", UNINSTALLED}:
        return [INSTALL]
    offered = [ACTIVATE] if state in {DISABLED, FAULTY} else []
    row = found.rows.get(unit.name)
    if state == ENABLED and row is not None and row.version != unit.version:
        offered.append(UPGRADE)
    if unit.removable:
        offered += [DEACTIVATE, UNINSTALL] if state in {ENABLED, FAULTY} else [UNINSTALL]
    return offered


def words(unit: Manifest, text: str) -> str:
    """Return a text of a manifest in the reader's language; the catalogue of an addon that is off is read besides."""
    said = _(text) if text else ""
    if said != text or language() == "en":
        return said
    folder = unit.folder / "translations"
    if not folder.is_dir():
        return text
    catalogues.compile_stale([folder])
    found: NullTranslations = Translations.load(str(folder), [language()])
    return str(found.gettext(text))
