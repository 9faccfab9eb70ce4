"""What a record has several of beside its columns: tags, skills, what a company is to us. A cell names all of them.

The record then has exactly what the cell names; as everywhere, an empty cell says nothing.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select

from app.db import session
from app.exchange.cells import Unreadable
from app.organisation.labels import COMPANY_KINDS
from app.organisation.models import Company, Person
from app.organisation.permissions import WORK_GROUP_WRITE
from app.organisation.skills import LEVELS, SKILLS, PersonSkill, person_skill_service
from app.records import tags
from app.records.lists import listed
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import LANGUAGES, LazyString, _, _l

_TAGS, _SKILLS, _KINDS = re.compile(r"[;；,，]"), re.compile(r"[;；]"), re.compile(r"[;；,，、]")
_LEVEL = re.compile(r"(.*?)\s*[(（]\s*([^()（）]+?)\s*[)）]")


class Several:
    """Base: reads a cell, says whether a record has something else, and writes it."""

    name: str
    label: LazyString

    def is_of(self, view: Any, actor: Actor) -> bool:
        """Say whether the records of a page have this and the actor may set it."""
        raise NotImplementedError

    def read(self, text: str) -> Any:
        """Return what a cell says. Raises Unreadable."""
        raise NotImplementedError

    def columns(self, value: Any) -> Mapping[str, Any]:
        """Return what is kept in the record's own columns."""
        return {}

    def differs(self, record: Any, value: Any) -> bool:
        """Say whether a record has something else, beside its columns."""
        return False

    def write(self, view: Any, actor: Actor, record: Any, value: Any) -> None:
        """Let a record have exactly this."""


def _parts(pattern: re.Pattern[str], text: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in pattern.split(text) if part.strip()))


def _words(labels: Callable[[], Iterator[tuple[Any, str]]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for language in LANGUAGES:
        with force_locale(language):
            found |= {label.casefold(): value for value, label in labels()}
    return found


def _known(words: Mapping[str, Any], text: str) -> Any:
    if text.casefold() not in words:
        raise Unreadable(_("“%(text)s” is not in the list.", text=text))
    return words[text.casefold()]


class Tags(Several):
    """Words that people stick on a record."""

    name, label = "tags", _l("Tags")

    def is_of(self, view: Any, actor: Actor) -> bool:
        return hasattr(view.service, "set_tags")

    def read(self, text: str) -> list[str]:
        return _parts(_TAGS, text)

    def differs(self, record: Any, value: list[str]) -> bool:
        present = tags.of_record(session(), type(record).record_type(), record.id)
        return set(present) != {" ".join(name.split()).lower() for name in value}

    def write(self, view: Any, actor: Actor, record: Any, value: list[str]) -> None:
        view.service.set_tags(actor, record.id, value)


class Kinds(Several):
    """What a company is to us: each of it is a column of its own."""

    name, label = "kinds", _l("Kind")

    def is_of(self, view: Any, actor: Actor) -> bool:
        return bool(view.datamodel.obj is Company)

    def read(self, text: str) -> list[str]:
        words = {kind: kind for kind in COMPANY_KINDS} | _words(
            lambda: ((kind, str(label)) for kind, label in COMPANY_KINDS.items()))
        return [_known(words, part) for part in _parts(_KINDS, text)]

    def columns(self, value: list[str]) -> Mapping[str, Any]:
        return {f"is_{kind}": kind in value for kind in COMPANY_KINDS}


class Skills(Several):
    """What a person can do, with the level in brackets where it is said: `Linux; Oracle (3)`."""

    name, label = "skills", _l("Skills")

    def is_of(self, view: Any, actor: Actor) -> bool:
        return view.datamodel.obj is Person and actor.can(WORK_GROUP_WRITE)

    def read(self, text: str) -> dict[str, int | None]:
        values = listed(session(), SKILLS)[SKILLS]
        words = {one.code.casefold(): one.code for one in values} | _words(
            lambda: ((one.code, str(one)) for one in values))
        levels = {str(level): level for level in LEVELS} | _words(
            lambda: ((level, str(label)) for level, label in LEVELS.items()))
        found: dict[str, int | None] = {}
        for part in _parts(_SKILLS, text):
            with_level = _LEVEL.fullmatch(part) if part.casefold() not in words else None
            name, level = with_level.groups() if with_level is not None else (part, None)
            found[_known(words, name)] = None if level is None else _known(levels, level)
        return found

    def differs(self, record: Any, value: dict[str, int | None]) -> bool:
        present = {one.skill: one.level for one in _skills_of(record)}
        return present.keys() != value.keys() or any(
            level not in (None, present[name]) for name, level in value.items())

    def write(self, view: Any, actor: Actor, record: Any, value: dict[str, int | None]) -> None:
        present = {one.skill: one for one in _skills_of(record)}
        for name in present.keys() - value.keys():
            person_skill_service.delete(actor, present[name].id)
        for name, level in value.items():
            given = {} if level is None else {"level": level}
            try:
                if name not in present:
                    person_skill_service.create(actor, {"person": record.id, "skill": name, **given})
                elif given and present[name].level != level:
                    person_skill_service.update(actor, present[name].id, given)
            except InvalidField as error:
                raise InvalidField(self.name, error.message) from error


def _skills_of(record: Any) -> list[PersonSkill]:
    return list(session().execute(select(PersonSkill).where(PersonSkill.person_id == record.id)).scalars())


KINDS: tuple[Several, ...] = (Tags(), Kinds(), Skills())
