"""Where the words of the desk are: in the source, in manifests, in the names of columns, and in the libraries.

Each unit, the platform or an addon, has its own words. A word that the platform or an addon it depends on has already
is left out of an addon's.
"""

import ast
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from flask import Flask, current_app
from flask_babel import LazyString

ROOT = Path(__file__).resolve().parents[1]
KEYWORDS: dict[str, Any] = {
    "_": None, "_l": None, "gettext": None, "lazy_gettext": None, "_n": (1, 2), "ngettext": (1, 2),
    "_p": ((1, "c"), 2), "_lp": ((1, "c"), 2), "pgettext": ((1, "c"), 2), "lazy_pgettext": ((1, "c"), 2),
}
FOREIGN = ROOT / "babel" / "foreign.txt"
PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Word:
    """One msgid: a text, or a text and its plural; where it is said, relative to the repository."""

    msgid: str | tuple[str, ...]
    place: str
    context: str | None = None

    @property
    def key(self) -> tuple[str | None, str]:
        """What makes it one entry of a catalogue."""
        return self.context, self.msgid if isinstance(self.msgid, str) else self.msgid[0]


def manifests() -> dict[str, Any]:
    """Return the addons of the repository, and those in the folders of ADDON_PATHS, by name."""
    from app.addon_system.loader import BUNDLED
    from app.addon_system.manifest import discover

    found, faults = discover([BUNDLED, *map(Path, filter(None, os.environ.get("ADDON_PATHS", "").split(":")))])
    if faults:
        raise SystemExit(f"These manifests are wrong: {faults}")
    return found


def words() -> dict[str, list[Word]]:
    """Return the words of each unit, each word with the first unit that says it."""
    units = manifests()
    made = {PLATFORM: [*_source(ROOT / "app", "app"), *_platform(), *_foreign()]}
    made |= {name: [*_source(unit.folder, f"addons/{name}"), *_manifest(unit)] for name, unit in units.items()}
    for name, word in _automatic(units):
        made[name].append(word)
    owned = {name: {word.key for word in found} for name, found in made.items()}
    for name, unit in units.items():
        elsewhere = owned[PLATFORM].union(*(owned[other] for other in _below(unit, units)))
        made[name] = [word for word in made[name] if word.key not in elsewhere]
    return made


def _below(unit: Any, units: Mapping[str, Any]) -> set[str]:
    found = {name for name in unit.depends if name in units}
    return found.union(*(_below(units[name], units) for name in found))


def _source(folder: Path, place: str) -> Iterator[Word]:
    methods, options = _configuration()
    for name, _line, found, _comments, context in extract_from_dir(
        folder, method_map=methods, options_map=options, keywords=KEYWORDS
    ):
        yield Word(found, f"{place}/{name}", context)


def _configuration() -> tuple[list[tuple[str, str]], dict[str, dict[str, str]]]:
    # The first pattern that fits a file wins, as in Babel's own command.
    parser = ConfigParser(delimiters=("=",))
    parser.read(ROOT / "babel" / "babel.cfg", encoding="utf-8")
    methods, options = [], {}
    for section in parser.sections():
        method, pattern = (part.strip() for part in section.split(":", 1))
        methods.append((pattern, method))
        options[pattern] = dict(parser.items(section))
    return methods, options


def _manifest(unit: Any) -> Iterator[Word]:
    from app.addon_system import pictures
    from app.web.labels import plain_label

    path = unit.folder / "__manifest__.py"
    said = ast.literal_eval(path.read_text(encoding="utf-8"))
    texts = [said.get("label"), said.get("summary"), said.get("description"), plain_label(said.get("category", ""))]
    for text in filter(None, texts):
        yield Word(text, f"addons/{unit.name}/{path.name}")
    for text in pictures.captions(unit.folder).values():
        yield Word(text, f"addons/{unit.name}/{pictures.FOLDER}")


def _platform() -> Iterator[Word]:
    from app import platform

    for text in (platform.PLATFORM.label, platform.PLATFORM.summary):
        yield Word(text, "app/platform.py")


def _foreign() -> Iterator[Word]:
    # A plural stands behind its singular, after " | ".
    for line in FOREIGN.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            parts = tuple(part.strip() for part in line.split(" | "))
            yield Word(parts if len(parts) > 1 else parts[0], str(FOREIGN.relative_to(ROOT)))


def _automatic(units: Iterable[str]) -> Iterator[tuple[str, Word]]:
    """Yield the words that no source says: labels made from the names of columns, of life cycles and of records."""
    from app.addon_system.permission_sync import record_types
    from app.addon_system.registry import current_registry
    from app.addon_system.tables import unit_of
    from app.sdk import workflow
    from app.web.audit_list import Bare, views_of
    from app.web.audit_text import TECHNICAL
    from app.web.labels import plain_label

    with tempfile.TemporaryDirectory(prefix="desk-words-") as folder, _application(units, folder).app_context():
        pages = list(current_app.extensions["appbuilder"].instances.values())
        for view in pages:
            for text in sorted(_labels(view, _added(pages, view))):
                yield unit_of(type(view).__module__), Word(text, "names of columns")
        for name in sorted(workflow.known):
            yield name if name in units else PLATFORM, Word(plain_label(name), "names of life cycles")
        registry = current_registry()
        for key, right in sorted(registry.permissions.items()):
            yield registry.owners[key], Word(plain_label(right.resource), "names of rights")
        kinds = record_types()
        for name, row in sorted(kinds.items()):
            yield row["addon"], Word(name.replace("_", " ").capitalize(), "names of records")
        # Audit tells of every field, also of records that have no page.
        for name, view in sorted(views_of(kinds).items()):
            if isinstance(view, Bare):
                for column in view.datamodel.list_columns:
                    if column not in TECHNICAL and column not in view.datamodel.obj.__unaudited__:
                        yield kinds[name]["addon"], Word(plain_label(view.field_name(column)), "names of columns")


def _labels(view: Any, added: set[str]) -> set[str]:
    from app.web.audit_text import TECHNICAL
    from app.web.labels import plain_label
    from app.web.panels import AuditPanel

    labels: Mapping[str, Any] = getattr(view, "label_columns", None) or {}
    found = {label._args[0] for label in labels.values() if isinstance(label, LazyString)}
    found &= {plain_label(name) for name in labels if name not in added}
    if any(isinstance(panel, AuditPanel) for panel in getattr(view, "panels", ())):
        columns = {name for name in view.datamodel.list_columns if name not in TECHNICAL}
        columns = {name for name in columns if name not in labels and view.field_name(name) not in labels}
        found |= {plain_label(name) for name in columns}
    return found


def _added(pages: Iterable[Any], view: Any) -> set[str]:
    # The columns which another addon puts on a page, and with it on REST: their words are its own.
    found: set[str] = set()
    for page in pages:
        if _model(page) is not None and _model(page) is _model(view):
            declared = [cls for cls in type(page).__mro__ if cls.__name__ == type(page).__name__][-1]
            found |= {*(type(page).label_columns or {})} - {*(declared.label_columns or {})}
    return found


def _model(page: Any) -> Any:
    return getattr(getattr(page, "datamodel", None), "obj", None)


def _application(names: Iterable[str], folder: str) -> Flask:
    # All addons at once, on an empty database that holds not even tables.
    from app import create_app
    from app.addon_system import loader

    asked, loader.enabled_names = loader.enabled_names, lambda: list(names)
    try:
        return create_app({
            "SQLALCHEMY_DATABASE_URI": "sqlite://", "DATA_DIR": folder, "SECRET_KEY": "of no session",
            "LOG_LEVEL": "ERROR", "ADDON_PATHS": os.environ.get("ADDON_PATHS", ""), "SAFE_MODE": False})
    finally:
        loader.enabled_names = asked


def catalogue(found: Iterable[Word], locale: str) -> Catalog:
    """Return a catalogue without translations."""
    made = Catalog(locale=locale)
    for word in sorted(found, key=lambda word: (word.place, str(word.msgid))):
        made.add(word.msgid, locations=[(word.place, 0)], context=word.context)
    return made
