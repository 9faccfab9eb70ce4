"""A language in which every translated text stands in brackets, and a reader of pages who finds what does not."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from babel.support import NullTranslations

from app.db import Model, session

OPEN, CLOSE = "⟦", "⟧"
_BRACKETED = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]{2,}(?![^\W_])")  # INC00001 is a number, not a word
# What a reader hears or sees besides the text itself.
_SPOKEN = ("title", "aria-label", "placeholder", "alt", "data-confirm", "data-placeholder")
_VOID = {"input", "br", "img", "meta", "link", "hr", "use", "path", "col", "source"}
# Times and faces are made from data; codes and the names of keys are quoted as they are; of a list of time zones the
# names are data.
_SILENT_TAGS = {"script", "style", "time", "code", "kbd", "svg", "template"}


class Brackets(NullTranslations):
    """Translations that show themselves."""

    def gettext(self, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    def ngettext(self, msgid1: str, msgid2: str, num: int) -> str:
        return self.gettext(msgid1 if num == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)

    def npgettext(self, context: str, singular: str, plural: str, num: int) -> str:
        return self.ngettext(singular, plural, num)

    ugettext, ungettext, upgettext, unpgettext = gettext, ngettext, pgettext, npgettext


class Texts(HTMLParser):
    """Gathers what a page says: (where, text)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name in _SPOKEN:
            if given.get(name) and not self._is_silent(tag, given):
                self.found.append((f"{tag} {name}", given[name] or ""))
        if tag not in _VOID:
            self._open.append((tag, self._is_silent(tag, given)))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(silent for _tag, silent in self._open):
            self.found.append((self._open[-1][0] if self._open else "", " ".join(data.split())))

    def _is_silent(self, tag: str, given: dict[str, str | None]) -> bool:
        return (tag in _SILENT_TAGS or "face" in (given.get("class") or "").split()
                or (given.get("name") or "").endswith("timezone") or "lang" in (given.get("class") or "").split())


def bare(page: str, data: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield what a page says in no language: what is neither translated nor data."""
    known = sorted({" ".join(text.split()) for text in data if text.strip()}, key=len, reverse=True)
    strip = re.compile("|".join(rf"(?<!\w){re.escape(text)}(?!\w)" for text in known)) if known else None
    for place, text in Texts(page).found:
        left = text
        while _BRACKETED.search(left):
            left = _BRACKETED.sub(" ", left)
        left = strip.sub(" ", left) if strip else left
        if _WORD.search(left):
            yield place, text


def data_of() -> set[str]:
    """Return every text that the database holds, in one language and in two. Needs a unit of work."""
    found: set[str] = set()
    for table in Model.metadata.sorted_tables:
        for row in session().connection().execute(table.select()):
            for value in row:
                found.update(_texts(value))
    return found


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from (str(key), *_texts(one))
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
