"""The caller's card: somebody at a glance, at the side of a record and of the form of a new one.

Other addons add to it: SlotItem("caller.card", template, load), where `load(person, actor)` returns what the template
reads as `part`.
"""

import re
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import format_datetime
from sqlalchemy import select

from app.db import session
from app.organisation.permissions import PERSON_READ
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.i18n import LazyString, _l
from app.security.models import UserPreference
from app.security.zones import is_zone
from app.web import slots
from app.web.panels import Panel, Shown

PEOPLE = "/organisation/people"


class CallerPanel(Panel):
    """The card of the person that a relation names; on the person's own page only what addons know of them."""

    key, template = "caller.side", "desk/panels/caller.html"
    title: LazyString | str = ""
    permission = str(PERSON_READ)

    def __init__(self, relation: str = "") -> None:
        self.relation = relation
        self.title = "" if relation else _l("At the desk")

    def shown(self, view: Any, item: Any, actor: Actor, opened: str | None = None) -> list[Shown]:
        is_own_page_empty = not self.relation and not slots.items("caller.card", actor)
        person = getattr(item, self.relation) if self.relation else item
        return [] if person is None or is_own_page_empty else super().shown(view, item, actor, opened)

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        person = getattr(item, self.relation) if self.relation else item
        page = f"{PEOPLE}/show/{person.id}"
        return {"name": person.name, "page": page,
                "url": f"{PEOPLE}/{person.id}/card" + ("" if self.relation else "?brief=1")}


def card(person: Any, actor: Actor, *, is_brief: bool) -> dict[str, Any]:
    """Load all that a card shows of a person whom the actor may see."""
    language, zone = _preferences(person.user_id) if not is_brief else (None, None)
    languages = current_app.config.get("LANGUAGES", {})
    return {
        "person": person, "is_brief": is_brief, "page": f"{PEOPLE}/show/{person.id}",
        "place": " · ".join(str(one) for one in (person.company, person.department) if one is not None),
        "phone": re.sub(r"[^\d+]", "", person.phone or ""),
        "local_time": _time_in(zone), "spoken": languages.get(language or "", {}).get("name", ""),
        "parts": [(one.template, one.load(person, actor)) for one in slots.items("caller.card", actor)],
    }


def _preferences(user_id: int | None) -> tuple[str | None, str | None]:
    if user_id is None:
        return None, None
    statement = select(UserPreference.language, UserPreference.timezone).where(UserPreference.user_id == user_id)
    found = session().execute(statement).first()
    return (found[0], found[1]) if found else (None, None)


def _time_in(zone: str | None) -> str:
    if not zone or not is_zone(zone):
        return ""
    return str(format_datetime(clock.now().astimezone(ZoneInfo(zone)), "EEE HH:mm", rebase=False))
