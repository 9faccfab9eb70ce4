"""The caller's card: somebody at a glance, at the side of a record and of the form of a new one.

Other addons add to it: SlotItem("caller.card", template, load), where `load(person, actor)` returns what the template
reads as `part`.
"""

from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import format_datetime
from sqlalchemy import select

from app.db import session
from app.organisation.contacts import ContactMethod
from app.organisation.labels import CONTACT_KINDS
from app.organisation.permissions import PERSON_READ, PERSON_SEE_PERSONAL_DATA
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.i18n import LazyString, _, _l
from app.security.models import UserPreference
from app.security.zones import is_zone
from app.web import slots
from app.web.choices import ListChoices
from app.web.custom_shown import groups
from app.web.links import address_of
from app.web.panels import Panel, Shown

PEOPLE = "/organisation/people"
# Both lists come in one statement.
VIP, LEVEL = (ListChoices(one, ("person.vip_level", "company.support_level"))
              for one in ("person.vip_level", "company.support_level"))
ICONS = {"phone": "phone", "mobile": "device-mobile", "email": "mail", "fax": "printer"}


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
    known = {} if is_brief else _known(person, actor)
    return {
        "person": person, "is_brief": is_brief, "page": f"{PEOPLE}/show/{person.id}", **known,
        "facts": [] if is_brief else [row for group in groups(person, actor, "in_card") for row in group.rows],
        "parts": slots.loaded("caller.card", actor, person),
    }


def _known(person: Any, actor: Actor) -> dict[str, Any]:
    company = person.company
    language, zone = _preferences(person.user_id)
    language, zone = language or person.language, zone or person.timezone
    if zone is None:
        zone = (person.site.timezone if person.site is not None else None) or (company.timezone if company else None)
    return {
        "place": [(str(one), f"/organisation/{page}/show/{one.id}" if actor.can(f"{kind}.read") else "")
                  for one, kind, page in ((company, "company", "companies"),
                                          (person.department, "department", "departments")) if one is not None],
        "vip": VIP.text(person.vip_level) or (_("VIP") if person.is_vip else ""),
        "level": LEVEL.text(company.support_level) if company is not None else "",
        "is_key_customer": company is not None and company.is_key_customer,
        "ways": _ways(person), "number": person.employee_number if actor.can(PERSON_SEE_PERSONAL_DATA) else None,
        "local_time": _time_in(zone),
        "spoken": current_app.config.get("LANGUAGES", {}).get(language or "", {}).get("name", ""),
    }


def _ways(person: Any) -> list[dict[str, Any]]:
    # What the person's own columns say stands first, also where an import wrote nothing else.
    order = (ContactMethod.is_primary.desc(), ContactMethod.sequence, ContactMethod.id)
    statement = select(ContactMethod).where(ContactMethod.person_id == person.id).order_by(*order).limit(12)
    found = [(one.kind, one.value, one.label) for one in session().execute(statement).scalars()]
    told = {value for _kind, value, _label in found}
    found = [(kind, value, None) for kind, value in (("phone", person.phone), ("email", person.email))
             if value and value not in told] + found
    preferred = person.preferred_channel
    return [{"kind": str(CONTACT_KINDS.get(kind, kind)), "icon": ICONS.get(kind, "message-circle"), "value": value,
             "label": label, "url": address_of(kind, value), "is_preferred": kind == preferred}
            for kind, value, label in found]


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
