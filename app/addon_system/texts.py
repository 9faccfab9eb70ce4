"""Words of an addon in the reader's language, whether the addon is on or off."""

from functools import lru_cache
from pathlib import Path

from babel.support import NullTranslations, Translations

from app.addon_system import catalogues
from app.addon_system.manifest import Manifest
from app.sdk.i18n import _, language
from app.web.labels import plain_label


def words(unit: Manifest, text: str) -> str:
    """Return a text of an addon's files in the reader's language; the catalogue of one that is off is read besides."""
    said = _(text) if text else ""
    if said != text or language() == "en":
        return said
    return str(_catalogue(unit.folder / "translations", language()).gettext(text))


@lru_cache(maxsize=64)
def _catalogue(folder: Path, locale: str) -> NullTranslations:
    if not folder.is_dir():
        return NullTranslations()
    catalogues.compile_stale([folder])
    return Translations.load(str(folder), [locale])


def label_of(unit: Manifest) -> str:
    """Return what an addon is called."""
    return words(unit, unit.label)


def category_of(unit: Manifest) -> str:
    """Return what its category is called."""
    return words(unit, plain_label(unit.category)) if unit.category else ""
