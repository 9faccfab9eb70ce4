"""What a record is found by, as tokens: one tokeniser for what is stored and for what is asked.

- Latin words and numbers, folded: case, width and accents do not matter; `INC00042` is found by 42 as well.
- Chinese without spaces: each pair of characters, and the last one of each run.
- Of titles and names also the pinyin from each character on, whole (`p_dayinji`) and as initials (`i_dyj`).

Every token asked for must be there; what may still be typed on counts as the beginning of one.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from app.sdk import pinyin

MAX_TOKENS, MAX_LENGTH, MAX_WORDS = 3000, 40, 12
SYLLABLES, INITIALS = 6, 8
_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af"
_RUN = re.compile(f"[{_CJK}]+|[^\\W_{_CJK}]+")
_NUMBERED = re.compile(r"[a-z]+0*([1-9]\d*)")
_HAN = re.compile(f"[{_CJK}]")


@dataclass(frozen=True, slots=True)
class Asked:
    """One part of a question: any of these tokens will do; `begins` says whether more may follow."""

    tokens: tuple[str, ...]
    begins: bool


def fold(text: str) -> str:
    """Return the text without case, width and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(one for one in plain if not unicodedata.combining(one)))


def tokens(text: str | None, *, names: bool = False) -> Iterator[str]:
    """Return the tokens of a text; of a name or title its pinyin too."""
    for run in _RUN.findall(fold(text or "")):
        if not _HAN.match(run):
            yield run[:MAX_LENGTH]
            numbered = _NUMBERED.fullmatch(run)
            if numbered:
                yield numbered[1][:MAX_LENGTH]
            continue
        yield from (run[place:place + 2] for place in range(len(run) - 1))
        yield run[-1]
        if names:
            yield from _pinyin(run)


def _pinyin(run: str) -> Iterator[str]:
    whole = [part for part in pinyin.syllables(run) if part.isascii()]
    first = [part for part in pinyin.initials(run) if part.isascii()]
    for place in range(len(whole)):
        yield "p_" + "".join(whole[place:place + SYLLABLES])[:MAX_LENGTH]
        yield "i_" + "".join(first[place:place + INITIALS])[:MAX_LENGTH]


def asked(text: str) -> list[Asked]:
    """Return what a question asks for; nothing where it has no word. A single Latin letter or digit asks too little."""
    found: list[Asked] = []
    for run in _RUN.findall(fold(text)):
        if _HAN.match(run):
            pairs = [run[place:place + 2] for place in range(len(run) - 1)]
            found += [Asked((pair,), begins=False) for pair in pairs] or [Asked((run,), begins=True)]
        else:
            word = run[:MAX_LENGTH - 2]
            spelt = (f"p_{word}", f"i_{word}") if len(word) > 1 and word.isascii() and word.isalpha() else ()
            found.append(Asked((word, *spelt), begins=True))
    return list(dict.fromkeys(found))[:MAX_WORDS]
