"""The command palette: what the actor may open, create or find, by words in either language, pinyin or initials."""

from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask_babel import force_locale

from app.db import session
from app.records.picklists import sort_key_zh
from app.sdk.actor import Actor
from app.sdk.i18n import LANGUAGES, _
from app.web.chrome import builder, creations
from app.web.icons import known_name
from app.web.labels import text_of
from app.web.quick_search import MAX_LENGTH, criterion
from app.web.top_actions import top_actions

MAX_COMMANDS = 40
MAX_RECORDS = 6


@dataclass(slots=True)
class Found:
    """One line of the palette."""

    label: str
    url: str
    icon: str
    detail: str = ""


@dataclass(slots=True)
class Group:
    """Lines under one heading."""

    label: str
    items: list[Found] = field(default_factory=list)


def look_up(actor: Actor, text: str) -> list[dict[str, Any]]:
    """Return the groups of lines that fit what was typed; menu and creations where nothing was."""
    text = text.strip()[:MAX_LENGTH].replace("\0", "")
    groups = [Group(_("Create"), _creations(text)), Group(_("Go to"), _places(text)), *_records(actor, text),
              Group(_("Search"), _everything(text))]
    return [asdict(group) for group in groups if group.items]


@lru_cache(maxsize=1024)
def _words_of(text: str) -> str:
    # A Chinese label is also found by its pinyin and the initials of that.
    if text.isascii():
        return text.casefold()
    syllables = [part.rstrip("1234567890") for part in sort_key_zh(text).split()]
    return " ".join((text.casefold(), "".join(syllables), "".join(part[:1] for part in syllables)))


def fits(text: str, *labels: str) -> bool:
    """Say whether each typed word occurs in one of the labels."""
    known = " ".join(map(_words_of, labels))
    return all(word in known for word in text.casefold().split())


def _in_each_language(read: Any) -> dict[str, list[Any]]:
    found = {}
    for language in LANGUAGES:
        with force_locale(language):
            found[language] = read()
    return found


def _creations(text: str) -> list[Found]:
    offers = _offers()
    if not text:
        return [Found(*one) for one in offers]
    said = _in_each_language(_offers)
    names = [[said[language][number][0] for language in LANGUAGES] for number in range(len(offers))]
    return [Found(*one) for one, both in zip(offers, names, strict=True) if fits(text, *both)]


def _offers() -> list[tuple[str, str, str]]:
    # (label, address, icon) of what is begun from anywhere.
    return [*((label, url, "plus") for label, url in creations(everywhere=True)),
            *((str(one.label), one.url, known_name(one.icon)) for one in top_actions())]


def _everything(text: str) -> list[Found]:
    if not text:
        return []
    return [Found(_("All results for “%(text)s”", text=text), f"/search/?{urlencode({'q': text})}", "search")]


def _places(text: str) -> list[Found]:
    said = _in_each_language(_entries)
    own = _entries()
    names = [[" ".join(said[language][number][:2]) for language in LANGUAGES] for number in range(len(own))]
    found = [Found(label, url, known_name(sign), section)
             for (label, section, url, sign), both in zip(own, names, strict=True) if fits(text, *both)]
    return found[:MAX_COMMANDS]


def _entries() -> list[tuple[str, str, str, str]]:
    # (label, section, address, icon) of each place in the menu, in its order.
    found = [(_("Home"), "", "/", "home")]
    for section in builder().menu.get_data():
        if section == "-":
            continue
        under = section.get("childs")
        if under is None:
            found.append((section["label"], "", section["url"], section["icon"]))
            continue
        found += [(entry["label"], section["label"], entry["url"], entry["icon"]) for entry in under
                  if entry != "-" and entry.get("url")]
    return found


def _records(actor: Actor, text: str) -> list[Group]:
    # One statement a kind of record, the newest first.
    if not text:
        return []
    groups = []
    for view in builder().baseviews:
        if not getattr(view, "in_palette", False) or not actor.can(f"{view.class_permission_name}.read"):
            continue
        data = view.datamodel
        query = session().query(data.obj).filter(criterion(data.obj, data.list_columns, text))
        rows = query.order_by(data.get_pk().desc()).limit(MAX_RECORDS)
        sign = "user" if view.workflow is None else "ticket"
        groups.append(Group(str(view.list_title), [Found(text_of(row), view.url_of(row.id), sign) for row in rows]))
    return groups
