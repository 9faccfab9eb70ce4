"""What the page of the addons shows of each: what the disk, the database and this process say of it."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from app.addon_system import installed
from app.addon_system.installed import DISABLED, ENABLED, FAULTY, UNINSTALLED, Installed
from app.addon_system.manifest import Manifest
from app.addon_system.models import AddonRow
from app.addon_system.plan import ACTIVATE, DEACTIVATE, ERASE, INSTALL, UNINSTALL, UPGRADE
from app.addon_system.registry import current_registry
from app.addon_system.texts import category_of, label_of, words
from app.sdk.i18n import LazyString, _, _l

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
    disk_version: str = ""
    license: str = ""
    category: str = ""
    category_label: str = ""
    description: str = ""
    icon: str = "puzzle"
    state: str = ""
    state_label: str = ""
    colour: str = "secondary"
    changed_at: datetime | None = None
    changed_by: str = ""
    fault: str = ""
    is_removable: bool = True
    is_bridge: bool = False
    # In use, and not loaded by this process: it was started with the optional addons off.
    is_held_back: bool = False
    actions: list[str] = field(default_factory=list)

    @property
    def reason(self) -> str:
        """The last line of what went wrong, which says it shortest."""
        return self.fault.strip().splitlines()[-1] if self.fault.strip() else ""


def cards(connection: Connection, found: Installed) -> list[Card]:
    """Return a card for every addon on disk or in the database, in the order of their manifests."""
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
    elif state == UNINSTALLED and row is not None and not row.archive:
        state = ""  # erased: as if it had never been here
    return Card(
        name=unit.name, label=label_of(unit), summary=words(unit, unit.summary),
        description=words(unit, unit.description), disk_version=unit.version, license=unit.license,
        version=row.version if row is not None and state in installed.PRESENT else unit.version,
        category=unit.category, category_label=category_of(unit),
        icon=unit.icon, state=state, fault=fault if state in installed.PRESENT else "",
        is_removable=unit.removable, is_bridge=unit.auto_install,
        actions=_actions(found, unit, found.state(unit.name)),
        is_held_back=state == ENABLED and unit.name not in current_registry().addons,
    )


def _actions(found: Installed, unit: Manifest, state: str) -> list[str]:
    # By what the database says: the plans go by that too.
    if state in {"", UNINSTALLED}:
        return [INSTALL]
    offered = [ACTIVATE] if state in {DISABLED, FAULTY} else []
    row = found.rows.get(unit.name)
    if state == ENABLED and row is not None and row.version != unit.version:
        offered.append(UPGRADE)
    if unit.removable:
        offered += [DEACTIVATE, UNINSTALL, ERASE] if state in {ENABLED, FAULTY} else [UNINSTALL, ERASE]
    return offered
