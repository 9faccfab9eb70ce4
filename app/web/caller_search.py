"""Who is on the phone: people by name, pinyin, initials or number, and by whatever an addon knows them by.

    register_caller_search("asset", owners_of_tag)    # (what was typed) -> {person id: why it is them}

Whoever is found so is shown as far as the reader may see them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db import field_rights, session
from app.organisation.models import Person
from app.web.choices import hints_of_rows
from app.web.interface import Interface

Finder = Callable[[str], Mapping[int, str]]
_finders: dict[str, Finder] = {}
MOST, FROM_FINDER = 20, 5


@dataclass(slots=True)
class Caller:
    """Somebody who may be calling: what tells them apart, and what the form may take over from them."""

    id: int
    name: str
    hint: str
    fills: dict[str, dict[str, str]] = field(default_factory=dict)


def register_caller_search(key: str, finder: Finder) -> None:
    """Say how else a caller is found; one statement, a few rows."""
    _finders[key] = finder


def find_callers(text: str) -> list[Caller]:
    """Return who may be meant, those first whom an addon knows by exactly this; four statements and one a finder."""
    text, people = text.strip(), Interface(Person)
    why: dict[int, str] = {}
    if text:
        for finder in _finders.values():
            for key, reason in list(finder(text).items())[:FROM_FINDER]:
                why.setdefault(key, reason)
    found = dict.fromkeys(why) | dict.fromkeys(key for key, _name in people.options(text, MOST))
    asked = select(Person).where(Person.id.in_(found)).options(joinedload(Person.site))
    rows = {row.id: row for row in session().execute(asked).scalars()}
    hints = hints_of_rows(Person, list(rows))
    return [Caller(key, rows[key].name, " · ".join(filter(None, (why.get(key), hints.get(key)))), _fills(rows[key]))
            for key in found if key in rows and rows[key].is_active]


def _fills(person: Any) -> dict[str, dict[str, str]]:
    # What the caller would be asked next.
    given = {}
    if person.phone and not field_rights.is_hidden(Person, "phone"):
        given["contact_phone"] = {"value": person.phone, "text": person.phone}
    if person.site_id is not None and person.site is not None and not field_rights.is_hidden(Person, "site"):
        given["site"] = {"value": str(person.site_id), "text": str(person.site)}
    return given
