"""Words: msgids in English, the reader's language at the edge."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import LazyString, get_locale, gettext, lazy_gettext, lazy_pgettext, ngettext, pgettext

__all__ = ["LazyString", "_", "_l", "_lp", "_n", "_p", "bilingual", "language", "listed"]

_ = gettext
_l = lazy_gettext
_n = ngettext
_p = pgettext
_lp = lazy_pgettext

LANGUAGES = ("zh", "en")


def language() -> str:
    """Return the reader's language: "zh" or "en"."""
    locale = get_locale()
    return "zh" if locale is not None and locale.language == "zh" else "en"


def listed(texts: Iterable[object]) -> str:
    """Return texts one after another, with the comma of the reader's language."""
    return ("、" if language() == "zh" else ", ").join(map(str, texts))


def bilingual(value: Mapping[str, Any] | str | None) -> str:
    """Return the text of a two-language value in the reader's language, the other language where that is empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    first = language()
    second = "en" if first == "zh" else "zh"
    return str(value.get(first) or value.get(second) or "")
