"""The card of a company: what whoever picks up the phone must know of it, on one screen.

Addons add to it: SlotItem("company.card", template, load), where `load(company, actor)` returns what the template
reads as `part`: tickets, contracts, entitlements, assets, satisfaction, cost.
"""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.db import session
from app.organisation.contacts import CompanyContact
from app.organisation.models import Company, Department, Person, Site
from app.records.calendar_reads import calendar_of, desk_calendar
from app.sdk import business_time, clock
from app.sdk.actor import Actor
from app.sdk.i18n import _l
from app.security.zones import zone_text
from app.web import slots
from app.web.choices import ListChoices
from app.web.links import dialled
from app.web.list_links import list_address
from app.web.panels import Panel

PEOPLE = "/organisation/people/show"
# Read in one statement with the lists of the page.
ROLES = ListChoices("company.contact_role", ("company.support_level", "company.industry"))
# What a company consists of: (class, its relation to the company, heading, icon).
PARTS = (
    (Person, "company", _l("People"), "users"), (Department, "company", _l("Departments"), "sitemap"),
    (Site, "company", _l("Sites"), "map-pin"), (Company, "parent", _l("Companies below"), "building"),
)


class CompanyCardPanel(Panel):
    """The first tab of a company's page."""

    key, title, template = "card", _l("At a glance"), "desk/panels/company_card.html"
    relations = ("account_manager", "parent")

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        contacts = _contacts(item.id) if actor.can("person.read") else []
        return {
            "company": item, "level": view.formatters_columns["support_level"](item.support_level),
            "phone": dialled(item.phone), "parts_of": _parts(item, actor), "hours": _hours(item),
            "manager": _reached(item.account_manager) if item.account_manager is not None else None,
            "contacts": [one for one in contacts if one["purpose"] != "escalation"],
            "escalations": [one for one in contacts if one["purpose"] == "escalation"],
            "parts": slots.loaded("company.card", actor, item),
        }


def _hours(company: Any) -> dict[str, Any] | None:
    own = calendar_of(company.calendar_id)
    kept = own or desk_calendar()
    if kept is None:
        return None
    now = clock.now()
    is_open = business_time.is_open(kept.calendar, now)
    then = (business_time.next_closing if is_open else business_time.next_opening)(kept.calendar, now)
    return {"name": str(kept), "is_own": own is not None, "zone": zone_text(kept.calendar.zone.key),
            "is_open": is_open, "at": then.at}


def _contacts(company_id: int) -> list[dict[str, Any]]:
    statement = select(CompanyContact).where(CompanyContact.company_id == company_id).options(
        joinedload(CompanyContact.person)).order_by(CompanyContact.sequence, CompanyContact.id).limit(50)
    return [{"purpose": one.purpose, "role": ROLES.text(one.role), "note": one.note, **_reached(one.person)}
            for one in session().execute(statement).scalars() if one.person is not None]


def _reached(person: Any) -> dict[str, Any]:
    return {"name": person.name, "url": f"{PEOPLE}/{person.id}", "phone": person.phone, "email": person.email,
            "dialled": dialled(person.phone), "is_vip": person.is_vip}


def _parts(company: Any, actor: Actor) -> list[tuple[str, str, int, str]]:
    # What may not be seen is not counted: its own right says so.
    shown = [one for one in PARTS if actor.can(f"{one[0].record_type()}.read")]
    if not shown:
        return []
    counts = [select(func.count(model.id)).where(getattr(model, f"{relation}_id") == company.id).scalar_subquery()
              for model, relation, _title, _icon in shown]
    numbers = session().execute(select(*counts)).one()
    return [(str(title), icon, int(number), list_address(model, (relation, "rel_o_m", company.id)))
            for (model, relation, title, icon), number in zip(shown, numbers, strict=True)]
