"""How Chinese names are typed without a Chinese keyboard: full pinyin and initials."""

from collections.abc import Mapping

from app.records.picklists import sort_key_zh


def syllables(sort_zh: str) -> list[str]:
    """Return the syllables of a stored sort key without their tones."""
    return [part.rstrip("1234567890") for part in sort_zh.split()]


def search_words(label: Mapping[str, str]) -> str:
    """Return what a two-language name is found by: both languages, pinyin and initials, in small letters."""
    found = [text.casefold() for text in label.values() if text]
    parts = syllables(sort_key_zh(label.get("zh", "")))
    return " ".join([*found, "".join(parts), "".join(part[:1] for part in parts)])
