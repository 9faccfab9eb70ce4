"""What the desk itself writes into a timeline, in the reader's language: an entry keeps what, not how."""

from collections.abc import Callable
from typing import Any

from app.sdk.i18n import _, _n, bilingual

_WORDS: dict[str, Callable[[Any], str]] = {
    "merged": lambda record: _("%(record)s was merged into this ticket.", record=record),
    "unmerged": lambda record: _("The merge of %(record)s was undone.", record=record),
    "parted": lambda record: _("The merge into %(record)s was undone.", record=record),
    "split": lambda record: _("%(record)s was split off.", record=record),
    "family": lambda number: _n("%(num)s ticket that hangs on this one is being resolved; this one follows.",
                                "%(num)s tickets that hang on this one are being resolved; this one follows.", number),
    "stuck": lambda why: _("Not all that hangs on it could be resolved: %(why)s", why=bilingual(why)),
}


def register_words(code: str, words: Callable[[Any], str]) -> None:
    """Say how entries of a code read: an addon's views tell it for `<addon>.<name>` while they are loaded."""
    _WORDS[code] = words


def happened(entry: Any) -> str:
    """Return what an entry of kind "system" tells, nothing where it keeps no {"happened": [code, of what]}."""
    code, of_what = (entry.data or {}).get("happened") or ("", None)
    return _WORDS[code](of_what) if code in _WORDS else ""
