"""A few words around what was found, with what was typed marked; safe to be shown."""

import html
import re

from markupsafe import Markup, escape

from app.records.rich_text import is_html

BEFORE, AFTER = 40, 120
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")


def plain(text: str | None) -> str:
    """Return a text without formatting, on one line."""
    given = text or ""
    if is_html(given):
        given = html.unescape(_TAG.sub(" ", given))
    return _SPACE.sub(" ", given).strip()


def words_of(asked: str) -> list[str]:
    """Return what was typed, word by word, the longest first."""
    return sorted({word for word in asked.split() if word}, key=len, reverse=True)


def marked(text: str, asked: str) -> Markup:
    """Return a plain text, safe, with each typed word marked."""
    words = words_of(asked)
    if not words:
        return escape(text)
    parts = re.split(f"({'|'.join(map(re.escape, words))})", text, flags=re.IGNORECASE)
    return Markup("").join(Markup("<mark>{}</mark>").format(part) if place % 2 else escape(part)
                           for place, part in enumerate(parts))


def snippet(text: str | None, asked: str) -> Markup:
    """Return what stands around the first typed word of a text; nothing where none stands in it."""
    whole = plain(text)
    places = [found.start() for word in words_of(asked) if (found := re.search(re.escape(word), whole, re.IGNORECASE))]
    if not places:
        return Markup("")
    first = max(min(places) - BEFORE, 0)
    part = whole[first:min(places) + AFTER]
    more = "…" if len(whole) > first + len(part) else ""
    return Markup("{}{}{}").format("…" if first else "", marked(part, asked), more)
