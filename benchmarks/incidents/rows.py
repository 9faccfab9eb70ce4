"""The rows of one incident: what the live desk would have written had it been there."""

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Dialect

from addons.incident.models import Incident
from addons.incident.workflow import INCIDENT
from addons.ticket.models import Channel, PriorityRule, Ticket
from app.db import session
from app.db.bulk import BulkTable, Ready
from app.organisation.models import WorkGroup
from app.records.audit import AuditEntry
from app.records.intervals import TRACKED, RecordInterval
from app.records.lists import listed
from app.records.search import SearchEntry
from app.records.timeline import TimelineEntry
from app.sdk.workflow import CLOSED, OPEN, RESOLVED
from benchmarks.incidents.course import Course, Did
from benchmarks.incidents.people import People
from benchmarks.incidents.phrases import SAID, SOLUTIONS, Texts

KINDS = (("incident", "INC", 0.55), ("service_request", "REQ", 0.25), ("query", "QRY", 0.14),
         ("complaint", "CMP", 0.03), ("change_request", "RFC", 0.03))
MODELS: tuple[type[Any], ...] = (Ticket, Incident, RecordInterval, TimelineEntry, AuditEntry, SearchEntry)

# What audit says of a new incident, and of a step: fewer fields than the live desk, which does not change what is read.
AUDITED = frozenset({
    "kind", "number", "title", "description", "state", "channel_id", "caller_id", "company_id", "department_id",
    "category_id", "impact_id", "urgency_id", "priority_id",
})
CHANGING = frozenset({"state", "group_id", "assignee_id", "solution"})


class Choices:
    """Values of lists, each with its weight, read from the database."""

    def __init__(self, rng: random.Random) -> None:
        unit = session()
        found = listed(unit, "ticket.category", "incident.symptom", "incident.resolution_code", "incident.cause_code",
                       "ticket.impact", "ticket.urgency")
        ids = {code: [value.id for value in values] for code, values in found.items()}
        self.rng = rng
        self.values = {name: (keys, [1 / (place + 1) for place in range(len(keys))]) for name, keys in ids.items()}
        self.priority = {(rule.impact_id, rule.urgency_id): rule.priority_id for rule in unit.query(PriorityRule)}
        channels = [one.id for one in unit.query(Channel).order_by(Channel.sequence)]
        self.values["channel"] = (channels, [1 / (place + 1) for place in range(len(channels))])
        self.lines = {one.id: one.support_line for one in unit.query(WorkGroup)}
        self._ready: dict[str, list[int]] = {}

    def __call__(self, name: str) -> int:
        """Return the id of one of a list's values."""
        ready = self._ready.get(name)
        if not ready:
            ready = self._ready[name] = self.rng.choices(*self.values[name], k=4096)
        return ready.pop()


class Writer:
    """Makes rows ready for the driver, by table."""

    def __init__(self, people: People, dialect: Dialect, rng: random.Random) -> None:
        self.people, self.rng, self.pick, self.texts = people, rng, Choices(rng), Texts(rng)
        self.tables = {model: BulkTable(model.__table__, dialect, [column.name for column in model.__table__.columns
                                                                   if column.name != "id" or model in MODELS[:2]])
                       for model in MODELS}
        self.rows: dict[type[Any], list[Ready]] = {model: [] for model in MODELS}
        self.numbers = dict.fromkeys((kind for kind, _prefix, _share in KINDS), 0)
        self._kinds: list[tuple[str, str]] = []
        self._category = {state.code: state.category for state in INCIDENT.states}

    def _add(self, model: type[Any], values: dict[str, Any]) -> None:
        self.rows[model].append(self.tables[model].ready(values))

    def _number(self) -> tuple[str, str]:
        if not self._kinds:
            self._kinds = self.rng.choices([one[:2] for one in KINDS], [one[2] for one in KINDS], k=4096)
        kind, prefix = self._kinds.pop()
        self.numbers[kind] += 1
        return kind, f"{prefix}{self.numbers[kind]:05}"

    def incident(self, key: int, at: datetime, course: Course, caller: tuple[int, int, int]) -> None:
        """Add an incident with its past."""
        values, found = self._first(key, at, caller)
        self._add(AuditEntry, {**self._audit(key, at), "action": "create", "actor_label": "desk", "new": {
            name: value for name, value in values.items() if name in AUDITED and value is not None}})
        self._take_steps(key, at, course, values)
        self._add(Ticket, values)
        self._add(Incident, values)
        self._add(SearchEntry, {"record_type": "incident", "record_id": key, "tokens": found})

    def _first(self, key: int, at: datetime, caller: tuple[int, int, int]) -> tuple[dict[str, Any], str]:
        kind, number = self._number()
        title, description, words = self.texts.incident()
        impact, urgency = self.pick("ticket.impact"), self.pick("ticket.urgency")
        folded = number.lower()
        found = " ".join(dict.fromkeys((folded, folded[3:].lstrip("0"), *words)))
        return {
            "id": key, "type": "incident", "kind": kind, "number": number, "title": title, "description": description,
            "state": "new", "state_category": OPEN, "is_vip": key % 200 == 0, "confidentiality": 0, "opened_at": at,
            "created_at": at, "updated_at": at, "created_by_id": 1000 + caller[0] % 200, "version": 1,
            "reopen_count": 0, "transfer_count": 0, "is_priority_overridden": False, "channel_id": self.pick("channel"),
            "caller_id": caller[0], "company_id": caller[1], "department_id": caller[2],
            "category_id": self.pick("ticket.category"), "symptom_id": self.pick("incident.symptom"),
            "impact_id": impact, "urgency_id": urgency, "priority_id": self.pick.priority[impact, urgency],
        }, found

    def _take_steps(self, key: int, at: datetime, course: Course, values: dict[str, Any]) -> None:
        since, holder = at, "desk"
        for step in course.steps:
            who = self.people.names[step.who]
            self._interval(key, values, since, step.at, holder)
            self._step(key, step, who, values)
            since, holder = step.at, who
            values["updated_at"], values["version"] = step.at, values["version"] + 1
        self._interval(key, values, since, None, holder)
        end = values["updated_at"] if course.steps else at + timedelta(hours=1)
        for number in range(course.notes):
            is_public, said_at = self.rng.random() < 0.4, at + (end - at) * ((number + 1) / (course.notes + 1))
            self._add(TimelineEntry, {
                "record_type": "incident", "record_id": key, "at": said_at,
                "kind": "reply" if is_public else "note", "is_public": is_public, "actor_label": holder,
                "body": self.rng.choice(SAID)})

    def _step(self, key: int, step: Did, who: str, values: dict[str, Any]) -> None:
        changes, source = self._with_ends(step, values), values["state"]
        for name, new in changes.items():
            if name in CHANGING and values.get(name) != new:
                self._add(AuditEntry, {**self._audit(key, step.at), "action": "update", "actor_label": who,
                                       "field": name, "old": values.get(name), "new": new})
        values.update(changes)
        self._add(TimelineEntry, {
            "record_type": "incident", "record_id": key, "at": step.at, "kind": "transition", "is_public": False,
            "actor_label": who, "data": {"action": step.action, "source": source, "target": values["state"],
                                         "group_id": values.get("group_id"), "assignee_id": values.get("assignee_id")}})

    def _with_ends(self, step: Did, values: dict[str, Any]) -> dict[str, Any]:
        category = self._category[step.changes["state"]]
        found = {**step.changes, "state_category": category}
        if "group_id" in found:
            found["support_line"] = self.pick.lines[found["group_id"]]
            found["transfer_count"] = values["transfer_count"] + (
                values.get("group_id") not in {None, found["group_id"]})
            found["assignee_id"] = None
        if step.action == "reopen":
            found |= {"reopen_count": values["reopen_count"] + 1, "resolved_at": None, "closed_at": None}
        elif category == RESOLVED:
            found |= {"resolved_at": step.at, "solution": self.rng.choice(SOLUTIONS),
                      "resolution_code_id": self.pick("incident.resolution_code"),
                      "cause_code_id": self.pick("incident.cause_code")}
        elif category == CLOSED:
            found["closed_at"] = step.at
        return found

    def _interval(self, key: int, values: dict[str, Any], since: datetime, until: datetime | None, who: str) -> None:
        self._add(RecordInterval, {**{name: values.get(name) for name in TRACKED}, "record_type": "incident",
                                   "record_id": key, "started_at": since, "ended_at": until, "actor_label": who})

    @staticmethod
    def _audit(key: int, at: datetime) -> dict[str, Any]:
        return {"at": at, "via": "ui", "record_type": "incident", "record_id": key}

    def taken(self) -> dict[type[Any], list[Ready]]:
        """Return what was added since the last time."""
        found, self.rows = self.rows, {model: [] for model in MODELS}
        return found
