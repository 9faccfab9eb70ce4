"""The catalogues: extract, update, check.

    tools/translations extract    list the words of each unit that its catalogue lacks
    tools/translations update     write the words into the catalogues; translations are kept, what is gone is dropped
    tools/translations check      fail on a missing, fuzzy or obsolete entry, on wrong placeholders, on a stale file

The platform's catalogue is babel/zh, an addon's is addons/<name>/translations/zh. English needs none; babel/en holds
the few texts of libraries that read badly in English.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.addon_system.new_addon import HEADER  # noqa: E402 - the path has to be known first
from tools import translation_sources as sources  # noqa: E402 - the same

LOCALE = "zh"
ENGLISH = ROOT / "babel" / "en" / "LC_MESSAGES" / "messages.po"
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}|%[sd]")


def path_of(unit: str) -> Path:
    """Return the file of a unit's catalogue."""
    folder = ROOT / "babel" if unit == sources.PLATFORM else sources.manifests()[unit].folder / "translations"
    return folder / LOCALE / "LC_MESSAGES" / "messages.po"


def name_of(unit: str) -> str:
    """Return how a unit's catalogue is called: from the root of the repository, wherever its addon lies."""
    of_addon = f"addons/{unit}/translations/{LOCALE}/LC_MESSAGES/messages.po"
    return str(path_of(unit).relative_to(ROOT)) if unit == sources.PLATFORM else of_addon


def read(path: Path) -> Catalog:
    """Return a catalogue; an empty one where there is no file."""
    if not path.exists():
        return Catalog(locale=LOCALE)
    with path.open("rb") as text:
        return read_po(text, locale=path.parts[-3])


def updated(unit: str, words: list[sources.Word]) -> Catalog:
    """Return the catalogue of a unit as extraction gives it, with the translations that are there."""
    made, present = sources.catalogue(words, LOCALE), read(path_of(unit))
    for entry in _entries(made):
        known = present.get(_id(entry), entry.context)
        if known is not None and bool(known.pluralizable) == bool(entry.pluralizable):
            entry.string, entry.flags = known.string, known.flags | entry.flags
            entry.user_comments = known.user_comments
    return made


def text_of(catalogue: Catalog) -> str:
    """Return a catalogue as text: sorted, without dates and line numbers."""
    out = io.BytesIO()
    write_po(out, catalogue, width=120, sort_output=True, include_lineno=False, omit_header=True, ignore_obsolete=True)
    return HEADER + out.getvalue().decode().lstrip("\n")


def missing(catalogue: Catalog) -> list[Message]:
    """Return the entries without translation."""
    return [entry for entry in _entries(catalogue) if not all(_strings(entry))]


def faults() -> Iterator[str]:
    """Yield what is wrong with the catalogues, a line each."""
    found = sources.words()
    for unit, words in found.items():
        path = path_of(unit)
        name, present, wanted = name_of(unit), read(path), updated(unit, words)
        yield from (f"{name}: no translation of {entry.id!r}" for entry in missing(wanted))
        yield from (f"{name}: fuzzy: {entry.id!r}" for entry in _entries(wanted) if entry.fuzzy)
        known = {(entry.context, _id(entry)) for entry in _entries(wanted)}
        gone = [entry for entry in [*_entries(present), *present.obsolete.values()]
                if (entry.context, _id(entry)) not in known]
        yield from (f"{name}: obsolete: {entry.id!r}" for entry in gone)
        yield from (f"{name}: placeholders of {entry.id!r} differ" for entry in _entries(wanted) if _differs(entry))
        if words and (not path.exists() or path.read_text(encoding="utf-8") != text_of(wanted)):
            yield f"{name}: is not what extraction gives; run tools/translations update"
    said = {word.key for words in found.values() for word in words}
    for entry in _entries(read(ENGLISH)):
        if (entry.context, _id(entry)) not in said:
            yield f"{ENGLISH.relative_to(ROOT)}: nothing says {entry.id!r}"


def _entries(catalogue: Catalog) -> list[Message]:
    return [entry for entry in catalogue if entry.id]


def _id(entry: Message) -> str:
    return entry.id if isinstance(entry.id, str) else entry.id[0]


def _strings(entry: Message) -> tuple[str, ...]:
    return tuple(entry.string) if isinstance(entry.string, list | tuple) else (entry.string or "",)


def _differs(entry: Message) -> bool:
    # A Chinese plural may leave nothing out either: its one form holds what the English plural holds.
    wanted = entry.id if isinstance(entry.id, str) else entry.id[-1]
    return any(text and sorted(_PLACEHOLDER.findall(text)) != sorted(_PLACEHOLDER.findall(wanted))
               for text in _strings(entry))


def extract() -> int:
    """Print the words that have no translation."""
    for unit, words in sources.words().items():
        lacking = missing(updated(unit, words))
        print(f"{unit}: {len(words)} places, {len(lacking)} words without translation")
        for entry in lacking:
            print(f"    {entry.context + ': ' if entry.context else ''}{entry.id!r}")
    return 0


def update() -> int:
    """Write the catalogues."""
    for unit, words in sources.words().items():
        path, made = path_of(unit), updated(unit, words)
        if not words:
            path.unlink(missing_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text_of(made), encoding="utf-8")
        print(f"{name_of(unit)}: {len(_entries(made))} entries, {len(missing(made))} without translation")
    return 0


def check() -> int:
    """Print the faults; return 1 where there are any."""
    found = list(faults())
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


def main(arguments: list[str] | None = None) -> int:
    """Run as the program."""
    parser = argparse.ArgumentParser(
        prog="tools/translations", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    actions = {"extract": extract, "update": update, "check": check}
    parser.add_argument("action", choices=actions)
    return actions[parser.parse_args(arguments).action]()


if __name__ == "__main__":
    sys.exit(main())
