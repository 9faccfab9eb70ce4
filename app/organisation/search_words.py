"""The words by which a person is found while they are on the phone."""

import re
from collections.abc import Iterable

from app.sdk import pinyin

# Stands before each word that only those find who may see personal data; nobody can type it.
MARK = "\x1f"
LONGEST = 600
# Digits as people write them: +86 (21) 5566-7788, perhaps with an extension.
_PHONE = re.compile(r"\+?[\d(][\d\s()./\u2010-\u2013-]{4,}\d")
_EXTENSION = re.compile(r"\s*(?:ext\.?|extension|x|#|,|;|转|分机)\s*:?\s*\d{1,6}\s*", re.IGNORECASE)
# Before a number of this country, and before one of another city.
COUNTRY, TRUNK = "86", "0"
SHORTEST_NATIONAL = 9


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
        found += ["".join(pinyin.syllables(text)), "".join(pinyin.initials(text))]
    return found


def phone_words(text: str) -> list[str]:
    """Return how a phone number is typed otherwise: its digits, without country or area code, the last four."""
    digits = _digits(text)
    return list(dict.fromkeys(digits[-length:] for length in (len(digits), 11, 8, 7, 4)
                              if digits and length <= len(digits)))


def phone_forms(text: str) -> list[str]:
    """Return how a number that was typed may be stored: as it is, with or without the codes of country and trunk."""
    digits = _digits(text)
    national = digits.removeprefix("00")
    if national.startswith(COUNTRY) and len(national) >= SHORTEST_NATIONAL + len(COUNTRY):
        national = national.removeprefix(COUNTRY)
    national = national.removeprefix(TRUNK)
    if len(national) < SHORTEST_NATIONAL:
        return [digits] if digits else []
    return list(dict.fromkeys((digits, national, TRUNK + national, COUNTRY + national, COUNTRY + TRUNK + national)))


def _digits(text: str) -> str:
    # Nothing where the text is no phone number; without the extension, for the number is called and then asked on.
    number = _EXTENSION.sub("", text, count=1) if _EXTENSION.search(text) else text
    if not _PHONE.fullmatch(number.strip()):
        return ""
    return "".join(letter for letter in number if letter.isdecimal())
