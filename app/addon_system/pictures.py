"""Pictures of an addon, for whoever decides about it: found by their names, shown also while it is not installed.

    static/pictures/1_causes_of_a_problem.en.webp     1_causes_of_a_problem.zh.webp

The number gives the order, the words are the caption, which is translated as any other text of the addon.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.addon_system.manifest import Manifest
from app.addon_system.texts import words
from app.sdk.i18n import language

FOLDER = Path("static/pictures")
LANGUAGES = ("en", "zh")
# Of one picture: a page shows a handful of them, and may weigh 300 KB.
MOST_BYTES = 60_000
_NAME = re.compile(rf"(\d+_([a-z0-9_]+))\.({'|'.join(LANGUAGES)})\.webp")


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture in the reader's language: its address below /static, and what it shows."""

    path: str
    caption: str


def captions(folder: Path) -> dict[str, str]:
    """Return {name of a picture without its language: its caption in English} of an addon's folder, in their order."""
    found = {match[1]: match[2].replace("_", " ").capitalize() for match in _matches(folder)}
    return dict(sorted(found.items(), key=lambda one: (int(one[0].split("_", 1)[0]), one[0])))


def pictures(unit: Manifest) -> list[Picture]:
    """Return the pictures of an addon; one that is not there in the reader's language is shown in another."""
    present = {match[0] for match in _matches(unit.folder)}
    return [Picture(f"addon/{unit.name}/pictures/{name}", words(unit, caption))
            for stem, caption in captions(unit.folder).items()
            for name in [next(name for name in _names(stem) if name in present)]]


def _names(stem: str) -> list[str]:
    return [f"{stem}.{one}.webp" for one in (language(), *LANGUAGES)]


def _matches(folder: Path) -> Iterator[re.Match[str]]:
    yield from (match for path in sorted((folder / FOLDER).glob("*")) if (match := _NAME.fullmatch(path.name)))
