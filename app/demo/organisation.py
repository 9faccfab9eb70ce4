"""The company, its customers and suppliers, their people, and who works in which group."""

from pathlib import Path
from typing import Any

from flask_babel import force_locale

from app.demo.desk import Content, Desk, content, without
from app.organisation.services import (
    company_contact_service,
    company_service,
    contact_method_service,
    department_service,
    person_service,
    site_service,
    work_group_service,
)
from app.organisation.skills import person_skill_service
from app.records.settings import setting
from app.records.values import foreign_keys
from app.sdk.i18n import _

PATH = Path(__file__).parent / "content" / "organisation.yaml"
# What a line of people says, in its order; then more.
COLUMNS = ("name", "company", "department", "site", "job_title", "salutation", "manager")
MESSENGERS = ("wechat", "wecom")
OWN = "beichen"


def bring(desk: Desk) -> None:
    """Bring everybody in, then who is responsible for what."""
    said = content(PATH)
    _bring(desk, "company", company_service, said["companies"])
    _bring(desk, "site", site_service, said["sites"])
    _bring(desk, "department", department_service, said["departments"])
    _bring_people(desk, said)
    people = desk.ids("person.")
    for kind, service, name, pairs in (("department", department_service, "head", said["heads"]),
                                       ("company", company_service, "account_manager", said["account_managers"])):
        ids = desk.ids(f"{kind}.")
        for key, person in pairs.items():
            service.update(desk.actor, ids[key], {name: people[person]})
    companies = desk.ids("company.")
    for company, person, purpose, role in said["contacts"]:
        company_contact_service.create(desk.actor, {"company": companies[company], "person": people[person],
                                                    "purpose": purpose, "role": role})
    _bring_groups(desk, said["groups"])
    for person, skill, level in said["skills"]:
        person_skill_service.create(desk.actor, {"person": people[person], "skill": skill, "level": level})


def _bring(desk: Desk, kind: str, service: Any, rows: Content) -> None:
    for key, values in rows.items():
        desk.keep(f"{kind}.{key}", service.create(desk.actor, _with_ids(desk, service.model, values)))


def _with_ids(desk: Desk, model: type[Any], values: Content) -> Content:
    # A relation is said by the key of what it leads to.
    relations = foreign_keys(model)
    kinds = {"parent": model.__tablename__, "lead": "person", "manager": "person"}
    return {name: desk.ids(f"{kinds.get(name, name)}.")[value] if name in relations and value is not None else value
            for name, value in values.items()}


def _bring_people(desk: Desk, said: Content) -> None:
    # A label has one text for all readers: that of the desk's own language.
    with force_locale(str(setting("security.default_language"))):
        extension = _("Ext.")
    for number, (key, line) in enumerate(said["people"].items(), start=1):
        values = {**dict(zip(COLUMNS, line, strict=False)), **line[-1]}
        domain = said["companies"][values["company"]]["mail_domains"]
        told = {**without(values, *MESSENGERS), "email": f"{key.replace('_', '.')}@{domain}",
                "phone": f"138 0000 {1000 + number}", "preferred_channel": desk.random.choice(["phone", "email"])}
        if values["company"] == OWN:
            told["employee_number"] = f"DEMO-{1000 + number}"
        person = desk.keep(f"person.{key}",
                           person_service.create(desk.actor, _with_ids(desk, person_service.model, told)))
        for kind in MESSENGERS:
            if kind in values:
                contact_method_service.create(desk.actor, {"person": person.id, "kind": kind, "value": values[kind]})
        if values["company"] == OWN:
            contact_method_service.create(desk.actor, {"person": person.id, "kind": "phone",
                                                       "value": f"010-5550 {1000 + number}", "label": extension})


def _bring_groups(desk: Desk, rows: Content) -> None:
    people = desk.ids("person.")
    for key, values in rows.items():
        told = {**without(values, "deputies", "members"), "code": f"demo_{key}"}
        group = work_group_service.create(desk.actor, _with_ids(desk, work_group_service.model, told))
        desk.keep(f"group.{key}", group)
        for position, names in (("deputy", values["deputies"]), ("member", values["members"])):
            for name in names:
                desk.join(group.id, people[name], position)
