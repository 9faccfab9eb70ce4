"""Labels in the reader's language, also where nobody wrote one: made when shown, never when declared."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.sdk.i18n import LazyString, _, _l


def plain_label(column: str) -> str:
    """Return the msgid of a column without a label of its own: `opened_at` is "Opened at"."""
    words = re.sub(r"[._]+", " ", column.removesuffix("_id")).strip()
    return words[:1].upper() + words[1:]


def automatic_label(column: str) -> LazyString:
    """Return a column's label, translated for each reader."""
    return _l(plain_label(column))


def with_automatic(labels: Mapping[str, Any], columns: Iterable[str]) -> dict[str, Any]:
    """Return the labels with automatic ones for the columns that have none; the given mapping stays as it is."""
    # A lazy text is not asked whether it is empty: that would translate it now, for nobody.
    given = {name: label for name, label in labels.items() if not (isinstance(label, str) and not label)}
    return {**{name: automatic_label(name) for name in columns}, **given}


_texts: dict[type[Any], Callable[[Any], str]] = {}


def register_text(model: type[Any], text: Callable[[Any], str]) -> None:
    """Say how a row of a class that is not ours reads; ours say it by `__str__`."""
    _texts[model] = text


def text_of(row: Any) -> str:
    """Return how a row reads in forms, lists and options."""
    made = _texts.get(type(row))
    return made(row) if made is not None else str(row)


def hidden_text() -> str:
    """Return what stands for a related record which the reader may not see."""
    return _("(hidden)")


def removed_text(name: str) -> str:
    """Return what stands for a related record that was erased with its addon."""
    return f"{name} {_('(removed)')}"
