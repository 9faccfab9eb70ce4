"""What the loaded units contribute. A process fills one registry at start and never changes it."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import current_app

from app.addon_system.manifest import Manifest
from app.sdk.jobs import Job
from app.sdk.permissions import Permission

EXTENSION = "desk_registry"


class AddonFault(Exception):
    """What one addon contributes cannot be put into the application; the cause says why."""

    def __init__(self, addon: str) -> None:
        super().__init__(addon)
        self.addon = addon


@dataclass(slots=True)
class Registry:
    """The stores are fixed; only their contents grow while loading."""

    platform: Manifest
    addons: dict[str, Manifest] = field(default_factory=dict)  # loaded, in load order
    known: dict[str, Manifest] = field(default_factory=dict)  # found on disk, loaded or not
    faults: dict[str, str] = field(default_factory=dict)
    permissions: dict[str, Permission] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)  # permission key -> unit
    views: list[type[Any]] = field(default_factory=list)
    apis: list[type[Any]] = field(default_factory=list)
    extensions: list[Any] = field(default_factory=list)
    menu: list[Any] = field(default_factory=list)
    slots: list[Any] = field(default_factory=list)
    jobs: dict[str, Job] = field(default_factory=dict)
    reports: list[Any] = field(default_factory=list)
    settings: list[Any] = field(default_factory=list)
    notices: list[Any] = field(default_factory=list)
    mail_facts: list[Any] = field(default_factory=list)
    commands: list[Any] = field(default_factory=list)
    link_purposes: list[Any] = field(default_factory=list)
    # (store, item) of what each unit put into the lists above: what is declared as data does not know whose it is.
    given: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)

    @property
    def units(self) -> list[Manifest]:
        """The platform and the loaded addons, in load order."""
        return [self.platform, *self.addons.values()]

    def folders(self, name: str) -> list[Path]:
        """Return the loaded addons' folders of that name, where they have one."""
        return [unit.folder / name for unit in self.addons.values() if (unit.folder / name).is_dir()]

    @property
    def template_folders(self) -> list[Path]:
        return self.folders("templates")

    @property
    def translation_folders(self) -> list[Path]:
        return self.folders("translations")

    @property
    def static_folders(self) -> dict[str, Path]:
        """Return {addon: its static folder}; served under /static/addon/<addon>/."""
        return {name: unit.folder / "static" for name, unit in self.addons.items() if (unit.folder / "static").is_dir()}

    @property
    def picture_folders(self) -> dict[str, Path]:
        """Return {addon: its folder of pictures} of all that are on disk: the page of the addons shows them too."""
        return {name: unit.folder / "static" / "pictures" for name, unit in self.known.items()}

    def jobs_of(self, unit: str) -> dict[str, Job]:
        """Return the jobs of a loaded addon: the loader takes none that is not called after it."""
        return {name: job for name, job in self.jobs.items() if name.startswith(f"{unit}.")}

    def take(self, unit: str, store: str, items: Iterable[Any]) -> None:
        """Put what a unit contributes into one of the lists."""
        for item in items:
            getattr(self, store).append(item)
            self.given.setdefault(unit, []).append((store, item))

    @contextmanager
    def blamed(self, stores: Collection[str], *items: Any) -> Iterator[None]:
        """Do something with what addons contribute. Raises AddonFault for the addon of the first of these items.

        What the platform itself contributes is not borne: without it there is no desk.
        """
        try:
            yield
        except AddonFault:
            raise
        except Exception as error:
            for item in items:
                for unit, given in self.given.items():
                    if unit in self.addons and any(one is item for of, one in given if of in stores):
                        raise AddonFault(unit) from error
            raise

    def forget(self, unit: str) -> None:
        """Take back what a faulty addon has contributed so far."""
        self.addons.pop(unit, None)
        for key in [key for key, owner in self.owners.items() if owner == unit]:
            del self.permissions[key], self.owners[key]
        for name in self.jobs_of(unit):
            del self.jobs[name]
        for store, item in self.given.pop(unit, []):
            # By identity: to compare labels, their texts would have to be known, and nothing is translated yet.
            kept = getattr(self, store)
            kept[:] = [one for one in kept if one is not item]


def current_registry() -> Registry:
    """Return the registry of the running application."""
    return current_app.extensions[EXTENSION]  # type: ignore[no-any-return]
