"""Several people as small cards, each leading to their page."""

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from app.organisation.models import Person
from app.organisation.permissions import PERSON_READ
from app.sdk.actor import current_actor
from app.web.interface import Interface
from app.web.names import names_in

LINK = Markup('<a class="tag-plain" href="/organisation/people/show/{}">{}</a>')
PLAIN = Markup('<span class="tag-plain">{1}</span>')


def people(value: Any) -> Markup | str:
    """Return people for a cell; audit knows them by their ids."""
    if not isinstance(value, Iterable) or isinstance(value, str):
        return ""
    named = _named(list(value))
    shown = LINK if current_actor().can(PERSON_READ) else PLAIN
    chips = Markup("").join(shown.format(key, name) for key, name in named)
    return Markup('<span class="tag-row">{}</span>').format(chips) if named else ""


def _named(people: list[Any]) -> list[tuple[int, str]]:
    ids = [one for one in people if isinstance(one, int)]
    names = names_in(Interface(Person), ids) if ids else {}
    return [(one, names[one]) if isinstance(one, int) else (one.id, str(one)) for one in people]
