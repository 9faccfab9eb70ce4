"""Manifests: literals that say what an addon is, read without importing any of its code."""

import re
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from app.addon_system.python_text import literal

FILE = "__manifest__.py"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,60}")
_VERSION = re.compile(r"\d+\.\d+\.\d+")


class WrongManifest(ValueError):
    """A manifest that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an addon says of itself. `folder` and `package` say where it was found."""

    name: str
    label: str
    version: str
    summary: str = ""
    # What it is good for, in some sentences: its page tells it to whoever decides about it.
    description: str = ""
    category: str = ""
    sequence: int = 100
    depends: tuple[str, ...] = ()
    auto_install: bool = False
    installed_by_setup: bool = False
    removable: bool = True
    conflicts: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    demo: tuple[str, ...] = ()
    icon: str = "puzzle"
    license: str = "Apache-2.0"
    folder: Path = field(default=Path(), compare=False)
    package: str = ""


_KEYS = {item.name: item for item in fields(Manifest)}
_REQUIRED = ("name", "label", "version", "depends")
# What stands in the file for a field of each type; what is neither of the first is a list of texts.
_SAID: dict[Any, str] = {str: "a text", int: "a whole number", bool: "True or False"}


def read(folder: Path) -> Manifest:
    """Return the manifest of a folder. Raises WrongManifest."""
    path = folder / FILE
    try:
        found = literal(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError) as error:
        raise WrongManifest(f"{path.name} of {folder.name} is no literal: {error}") from error
    if not isinstance(found, dict):
        raise WrongManifest(f"{path.name} of {folder.name} is no dictionary")
    return _checked(found, folder)


def _checked(found: Mapping[str, Any], folder: Path) -> Manifest:
    unknown = set(found) - set(_KEYS) | ({"folder", "package"} & set(found))
    missing = [key for key in _REQUIRED if key not in found]
    if unknown or missing:
        raise WrongManifest(f"{folder.name}: unknown keys {sorted(map(str, unknown))}, missing keys {missing}")
    for key, value in found.items():
        # One value of another type would stop the order of all addons, and with it the start of the desk.
        if not _fits(value, _KEYS[key].type):
            raise WrongManifest(f"{folder.name}: {key} must be {_SAID.get(_KEYS[key].type, 'a list of texts')}")
    if found["name"] != folder.name or not _NAME.fullmatch(str(found["name"])):
        raise WrongManifest(f"{folder.name}: the name must be that of the folder, in snake_case")
    if not _VERSION.fullmatch(str(found["version"])):
        raise WrongManifest(f"{folder.name}: the version must look like 1.2.3")
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in found.items()}
    for name in (*values.get("data", ()), *values.get("demo", ())):
        path = (folder / name).resolve()
        if folder.resolve() not in path.parents or not path.is_file():
            raise WrongManifest(f"{folder.name}: there is no data file {name}")
    return Manifest(**values, folder=folder, package=f"addons.{folder.name}")  # type: ignore[arg-type]


def _fits(value: Any, kind: Any) -> bool:
    if kind in _SAID:
        return type(value) is kind
    return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)


def discover(paths: Iterable[Path]) -> tuple[dict[str, Manifest], dict[str, str]]:
    """Return the addons found in these folders and, for those whose manifest is wrong, why. Runs none of their code."""
    manifests: dict[str, Manifest] = {}
    faults: dict[str, str] = {}
    for path in paths:
        for folder in sorted(path.iterdir()) if path.is_dir() else ():
            if not (folder / FILE).is_file() or folder.name in manifests:
                continue
            try:
                manifests[folder.name] = read(folder)
            except WrongManifest as wrong:
                faults[folder.name] = str(wrong)
            except Exception:  # noqa: BLE001 - a bad manifest is listed with its reason and never breaks the start
                faults[folder.name] = traceback.format_exc()
    return manifests, faults


__all__ = ["Manifest", "WrongManifest", "discover", "read"]
