"""The words by which a person is found while they are on the phone."""

import re
from collections.abc import Iterable

from pypinyin import Style, lazy_pinyin

# Stands before each word that only those find who may see personal data; nobody can type it.
MARK = "\x1f"
LONGEST = 600
# Digits as people write them: +86 (21) 5566-7788.
_PHONE = re.compile(r"\+?[\d(][\d\s()./-]{4,}\d")


def search_text(*parts: str | None, personal: Iterable[str | None] = ()) -> str:
    """Return what a person is found by: the words, full pinyin and initials of Chinese ones, digits of phones.

    `personal` are parts that are found only by those who may see personal data. What does not fit is left out, so the
    parts come in the order of their weight.
    """
    words = [word for part in parts if part for word in _words(part)]
    words += [f"{MARK}{word}" for part in personal if part for text in _words(part) for word in text.split()]
    return " ".join(words)[:LONGEST]


def _words(part: str) -> list[str]:
    text = part.casefold().replace(MARK, " ")
    found = [text, *phone_words(text)]
    if not text.isascii():
        found += ["".join(lazy_pinyin(text)), "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))]
    return found


def phone_words(text: str) -> list[str]:
    """Return how a phone number is typed otherwise: its digits, without country or area code, the last four."""
    if not _PHONE.fullmatch(text):
        return []
    digits = "".join(letter for letter in text if letter.isdecimal())
    return list(dict.fromkeys(digits[-length:] for length in (len(digits), 11, 8, 7, 4) if length <= len(digits)))
