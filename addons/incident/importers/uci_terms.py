"""What the log's names mean here: groups, people, sites, channels and values of lists, made where they are missing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.incident.importers.uci_file import LEVELS, Event
from addons.ticket.models import Channel
from app.db import unit_of_work
from app.db.batches import Batches
from app.organisation.models import GroupMember, Person, Site, WorkGroup
from app.organisation.services import member_service, search_text, work_group_service
from app.records.history import History, HistoryService
from app.records.lists import listed
from app.records.origins import known
from app.records.picklists import Picklist
from app.records.services import picklist_value_service
from app.sdk import clock
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError
from app.sdk.i18n import _

SOURCE = "uci"
CHANNELS = {"Phone": "phone", "Email": "email", "Self service": "web", "IVR": "phone", "Direct opening": "walk_in"}
PENDING = {"Awaiting User Info": "customer", "Awaiting Vendor": "supplier", "Awaiting Problem": "problem",
           "Awaiting Evidence": "evidence"}
LISTS = ("ticket.impact", "ticket.urgency", "ticket.priority", "ticket.category", "ticket.pending_reason",
         "incident.symptom", "incident.resolution_code")
WORDS = {"Group": "工作组", "Category": "类别", "Subcategory": "子类别", "Symptom": "现象", "code": "代码"}


@dataclass
class Names:
    """The names that the log uses."""

    groups: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    categories: set[tuple[str, str | None]] = field(default_factory=set)
    symptoms: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    members: set[tuple[str, str]] = field(default_factory=set)
    needs_evidence: bool = False

    def add(self, event: Event) -> None:
        """Take in the names of one row."""
        group, agent, category = event.get("assignment_group"), event.get("assigned_to"), event.get("category")
        for found, name in ((self.groups, group), (self.people, agent), (self.people, event.get("caller_id")),
                            (self.sites, event.get("location")), (self.symptoms, event.get("u_symptom")),
                            (self.codes, event.get("closed_code"))):
            if name:
                found.add(name)
        if category:
            self.categories |= {(category, None), (category, event.get("subcategory"))}
        if group and agent:
            self.members.add((group, agent))
        self.needs_evidence = self.needs_evidence or event.cells["incident_state"] == "Awaiting Evidence"


@dataclass
class Terms:
    """Each name of the log with the id that it has here."""

    groups: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    sites: dict[str, int] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=dict)
    values: dict[str, dict[str, int]] = field(default_factory=dict)

    def group(self, name: str | None) -> int | None:
        """Return the work group of a name."""
        return self.groups[slug(name)] if name else None

    def category(self, event: Event) -> int | None:
        """Return the value of the subcategory, or of the category where that is all that is known."""
        category = event.get("category")
        return self.values["ticket.category"][category_code(category, event.get("subcategory"))] if category else None

    def level(self, event: Event, name: str) -> int:
        """Return the value of impact, urgency or priority."""
        return self.values[f"ticket.{name}"][LEVELS[name][event.cells[name]]]

    def value(self, picklist: str, name: str | None) -> int | None:
        """Return the value that a name of the log has in a list."""
        return self.values[picklist][slug(name)] if name else None


@lru_cache(maxsize=4096)
def slug(name: str) -> str:
    """Return a name as a code: "Group 70" is group_70."""
    return re.sub(r"\W+", "_", name.strip().lower())[:64]


def label(name: str) -> dict[str, str]:
    """Return a name of the log in both languages."""
    word, _space, rest = name.partition(" ")
    return {"en": name[:1].upper() + name[1:], "zh": f"{WORDS.get(word, word)} {rest}".strip()}


def category_code(category: str, subcategory: str | None) -> str:
    """Return the code of a category, or of a subcategory under it: category_55.subcategory_170."""
    return f"{slug(category)}.{slug(subcategory)}" if subcategory else slug(category)


def make(names: Names) -> Terms:
    """Return the ids of all names, made where they are missing. Each writing step is a batch of its own."""
    terms = Terms()
    with unit_of_work() as session:
        _read(session, terms)
    _make_values(names, terms)
    _create(work_group_service, [{"code": slug(name), "name": label(name)} for name in sorted(names.groups)
                                 if slug(name) not in terms.groups])
    _bring_in(Person, sorted(names.people - terms.people.keys()))
    _bring_in(Site, sorted(names.sites - terms.sites.keys()))
    with unit_of_work() as session:
        _read(session, terms)
        present = {tuple(row) for row in session.execute(select(GroupMember.group_id, GroupMember.person_id))}
    wanted = {(terms.groups[slug(group)], terms.people[person]) for group, person in names.members}
    _create(member_service, [{"group": group, "person": person} for group, person in sorted(wanted - present)])
    return terms


def _read(session: Session, terms: Terms) -> None:
    terms.values = {code: {value.code: value.id for value in values}
                    for code, values in listed(session, *LISTS).items()}
    for picklist, needed in (("ticket.impact", LEVELS["impact"]), ("ticket.urgency", LEVELS["urgency"]),
                             ("ticket.priority", LEVELS["priority"])):
        if set(needed.values()) - terms.values[picklist].keys():
            raise BusinessError(_("The list “%(code)s” lacks a value that incidents need.", code=picklist))
    terms.groups = dict(session.execute(select(WorkGroup.code, WorkGroup.id)).all())
    terms.channels = dict(session.execute(select(Channel.code, Channel.id)).all())
    terms.people = {name: key for name, (key, _mark) in known(session, SOURCE, "person").items()}
    terms.sites = {name: key for name, (key, _mark) in known(session, SOURCE, "site").items()}


def _make_values(names: Names, terms: Terms) -> None:
    with unit_of_work() as session:
        lists = dict(session.execute(select(Picklist.code, Picklist.id)).all())
    missing: list[dict[str, Any]] = []

    def want(picklist: str, code: str, text: dict[str, str], parent: int | None = None) -> None:
        if code not in terms.values[picklist]:
            missing.append({"picklist": lists[picklist], "code": code, "label": text, "parent": parent,
                            "sequence": 1000})

    for name in sorted(names.symptoms):
        want("incident.symptom", slug(name), label(name))
    for name in sorted(names.codes):
        want("incident.resolution_code", slug(name), label(name))
    if names.needs_evidence:
        want("ticket.pending_reason", "evidence", {"en": "Waiting for evidence", "zh": "等待证据"})
    for category, subcategory in sorted(names.categories, key=str):
        if subcategory is None:
            want("ticket.category", category_code(category, None), label(category))
    _create(picklist_value_service, missing)
    missing.clear()
    with unit_of_work() as session:
        parents = {value.code: value.id for value in listed(session, "ticket.category")["ticket.category"]}
    for category, subcategory in sorted(names.categories, key=str):
        if subcategory is not None:
            want("ticket.category", category_code(category, subcategory), label(subcategory), parents[slug(category)])
    _create(picklist_value_service, missing)


def _create(service: Any, values: Iterable[dict[str, Any]]) -> None:
    def write(batch: list[dict[str, Any]]) -> None:
        for one in batch:
            service.create(current_actor(), one)

    Batches(write, _raise, size=4).run(values)


def _bring_in(model: type[Any], names: Iterable[str]) -> None:
    with unit_of_work() as session:
        door = HistoryService(session, model, SOURCE)
    moment, by = clock.now(), current_actor().label

    def prepared() -> Iterable[Any]:
        for name in names:
            more = {"search_text": search_text(name)} if model is Person else {}
            yield door.prepare(History(name, moment, by, {"name": name, **more}))

    def write(batch: list[Any]) -> None:
        with unit_of_work(write=True) as session:
            door.write(session, batch)

    Batches(write, _raise).run(prepared())


def _raise(_item: Any, error: Exception) -> None:
    raise error
