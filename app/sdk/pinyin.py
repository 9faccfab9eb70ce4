"""Chinese as it is spoken, in Latin letters; what is not Chinese stays as it is.

The library's dictionary takes a quarter of a second to load: a process that never asks does without it.
"""


def syllables(text: str) -> list[str]:
    """Return the syllables without tones: `打印机` is `da`, `yin`, `ji`."""
    from pypinyin import lazy_pinyin

    return lazy_pinyin(text)


def initials(text: str) -> list[str]:
    """Return the first letter of each syllable: `打印机` is `d`, `y`, `j`."""
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(text, style=Style.FIRST_LETTER)


def with_tones(text: str) -> list[str]:
    """Return the syllables with the number of their tone: what Chinese is sorted by, as people look things up."""
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(text, style=Style.TONE3, errors="default")
