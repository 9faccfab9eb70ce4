"""The steps of the platform: our company, work groups, people, addons, the look."""

from typing import Any

from flask import current_app
from sqlalchemy import select

from app.addon_system import cards, installed
from app.addon_system.plan import INSTALL
from app.db import session
from app.organisation.labels import SUPPORT_LINES
from app.organisation.models import Company, Person, WorkGroup
from app.organisation.services import company_service, person_service
from app.records.permissions import SETTING_WRITE
from app.records.settings import setting, setting_service
from app.sdk.actor import Actor
from app.sdk.i18n import _l
from app.security.models import RoleProfile
from app.security.settings import LANGUAGE_NAMES
from app.security.zones import zone_text, zones
from app.web.tiles import Tile
from app.welcome import invitations
from app.welcome.steps import DONE, WelcomeStep, is_over, states, steps

NEW_ROWS = 3


def own_company() -> Company | None:
    """Return the company that runs the desk."""
    statement = select(Company).where(Company.kind == "own").order_by(Company.id).limit(1)
    return session().execute(statement).scalar_one_or_none()


def load_company(_actor: Actor) -> dict[str, Any]:
    """Load our company, and what new people begin with."""
    company = own_company()
    return {"name": company.name if company is not None else "", "languages": LANGUAGE_NAMES,
            "language": setting("security.default_language"), "timezone": setting("security.default_timezone"),
            "zones": [(name, zone_text(name)) for name in zones()]}


def save_company(actor: Actor, form: Any) -> None:
    """Keep our company and the language and zone of new people; whoever sets the desk up works for it."""
    company = own_company()
    if company is None:
        company = company_service.create(actor, {"name": form.get("name"), "kind": "own"})
    else:
        company_service.update(actor, company.id, {"name": form.get("name")})
    setting_service.change(actor, {"security.default_language": form.get("language"),
                                   "security.default_timezone": form.get("timezone")})
    if actor.person_id is not None:
        person = session().execute(select(Person.company_id).where(Person.id == actor.person_id)).one()
        if person.company_id is None:
            person_service.update(actor, actor.person_id, {"company": company.id})


def load_groups(_actor: Actor) -> dict[str, Any]:
    """Load the work groups that are there."""
    groups = session().execute(select(WorkGroup).order_by(WorkGroup.id)).scalars().all()
    return {"groups": [(str(group), SUPPORT_LINES.get(group.support_line, "")) for group in groups],
            "lines": SUPPORT_LINES, "rows": NEW_ROWS}


def load_people(_actor: Actor) -> dict[str, Any]:
    """Load the work groups and roles that people may get."""
    groups = session().execute(select(WorkGroup).where(WorkGroup.is_active).order_by(WorkGroup.id)).scalars()
    roles = session().execute(
        select(RoleProfile).where(RoleProfile.is_self_service.is_not(True)).order_by(RoleProfile.id)).scalars()
    return {"groups": [(group.id, str(group)) for group in groups],
            "roles": [(role.role_id, str(role)) for role in roles], "rows": NEW_ROWS}


def load_addons(_actor: Actor) -> dict[str, Any]:
    """Load the addons that are in use and those that could be."""
    app: Any = current_app
    connection = session().connection()
    shown = cards.cards(connection, installed.read(connection, app._get_current_object()))
    return {"offered": [card for card in shown if INSTALL in card.actions],
            "others": [card for card in shown if INSTALL not in card.actions]}


def load_look(_actor: Actor) -> dict[str, Any]:
    """Load what the desk is called."""
    return {"name": setting("web.desk_name"), "letters": setting("web.logo_text")}


def save_look(actor: Actor, form: Any) -> None:
    """Keep what the desk is called."""
    names = {language: form.get(f"name-{language}", "") for language in ("zh", "en")}
    setting_service.change(actor, {"web.desk_name": names, "web.logo_text": form.get("letters", "")})


def progress(_actor: Actor) -> dict[str, Any]:
    """Load how far the set-up is."""
    present = states()
    return {"steps": [(one, present[one.key]) for one in steps()], "number": len(present),
            "done": sum(state == DONE for state in present.values())}


SLOTS = [
    WelcomeStep("company", _l("Your company"), _l("Who runs the desk, and in which language and time zone."),
                "desk/welcome/company.html", load_company, save_company, 10, "building",
                "/organisation/companies/list/"),
    WelcomeStep("groups", _l("Work groups"), _l("Everybody who works here is in a group; work is assigned to groups."),
                "desk/welcome/groups.html", load_groups, invitations.add_groups, 20, "users-group",
                "/organisation/groups/list/"),
    WelcomeStep("people", _l("Colleagues"), _l("Who works here, in which group and with which role."),
                "desk/welcome/people.html", load_people, invitations.invite, 30, "users", "/security/users/list/"),
    WelcomeStep("addons", _l("Addons"), _l("What the desk can do besides."), "desk/welcome/addons.html", load_addons,
                None, 50, "apps", "/apps/"),
    WelcomeStep("look", _l("Name and look"), _l("What the desk is called, on every page and before logging in."),
                "desk/welcome/look.html", load_look, save_look, 70, "palette", "/settings/"),
    Tile("welcome.progress", _l("Set up your desk"), "desk/tiles/welcome.html", progress, width=3,
         permission=SETTING_WRITE, place=lambda _actor: None if is_over() else 1, icon="rocket",
         help=_l("What is left to do before people work here.")),
]
