"""Incidents of the demo company: two months of work, in all states, with what was said and done meanwhile."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.services.incident import incident_service
from addons.ticket import repositories
from addons.ticket.models import Channel
from addons.ticket.services.history import TicketHistoryService
from addons.ticket.services.work import ACTIVITY, work_entry_service
from app.demo.desk import Content, Desk, content
from app.organisation.models import GroupMember, Person, WorkGroup
from app.records import tags
from app.records.history import History, Step
from app.records.lists import listed
from app.records.saved_filters import GROUP, saved_filter_service
from app.records.services import number_sequence_service
from app.sdk.actor import Actor

PATH = Path(__file__).parent / "demo" / "incidents.yaml"
# So many came in during the last two months; so many of them today, and the first of these nobody has looked at yet.
NUMBER, DAYS, TODAY, UNTOUCHED = 150, 60, 18, 5
OF = ("kind", "category", "impact", "urgency", "symptom", "group", "resolution_code", "cause_code")
LISTS = {"category": "ticket.category", "impact": "ticket.impact", "urgency": "ticket.urgency",
         "symptom": "incident.symptom", "resolution_code": "incident.resolution_code",
         "cause_code": "incident.cause_code"}
FIRST_LINE = "service_desk"
CHANNELS = ("phone", "phone", "phone", "web", "web", "email", "walk_in", "fax")
REASONS = ("customer", "customer", "supplier", "parts", "scheduled")
# Who calls writes English where they work.
ENGLISH = frozenset({"sarah_miller", "james_wilson", "grace_lee", "oliver_smith", "emma_brown"})
# Who works for a supplier calls nobody's desk.
SUPPLIERS = frozenset({"qiu_yun", "fang_zhou"})
PAGE = "incident/incidents"


class DemoDoor(TicketHistoryService):
    """Demo tickets have number series of their own, so that the real ones have no gap."""

    def sequence_of(self, final: dict[str, Any]) -> str:
        return f"incident.demo.{final['kind']}"


@dataclass(slots=True)
class Names:
    """What stories speak of by codes and keys, as ids."""

    values: dict[str, dict[str, int]]
    channels: dict[str, int]
    people: dict[str, int]
    groups: dict[str, int]
    members: dict[int, list[int]] = field(default_factory=dict)
    called: dict[int, str] = field(default_factory=dict)


def bring(desk: Desk) -> None:
    """Bring log-ins, number series, the incidents, and what people keep of them."""
    said = content(PATH)
    for person, username, role, language in said["accounts"]:
        desk.log_in(person, username, role, language)
    for kind, prefix in said["series"].items():
        label = {"zh": f"演示数据 {prefix}", "en": f"Demo data {prefix}"}
        number_sequence_service.create(desk.actor, {
            "code": f"incident.demo.{kind}", "label": label, "prefix": prefix, "padding": 4})
    names = _names(desk)
    door = DemoDoor(desk.session, incident_service, "demo")
    histories = [_history(desk, names, said, number) for number in range(NUMBER)]
    histories.sort(key=lambda one: one.at)
    ids = door.write(desk.session, [door.prepare(one) for one in histories])
    desk.notes.take(Incident, ids)
    for key in ids[::6]:
        record = desk.session.get_one(Incident, key)
        tags.replace(desk.session, record, [desk.random.choice(said["tags"])])
    _keep_filters(desk, names, said["filters"])
    _log_work(desk, names, said["work"], ids)


def _log_work(desk: Desk, names: Names, said: Content, ids: list[int]) -> None:
    # First the desk on the phone or from afar; then, where another group solved it, one of that, often on the spot.
    chance, kinds = desk.random, {one.code: one.id for one in listed(desk.session, ACTIVITY)[ACTIVITY]}
    columns = (Incident.id, Incident.assignee_id, Incident.solved_group_id, Incident.desk_group_id, Incident.opened_at,
               Incident.resolved_at)
    held = select(*columns).where(Incident.id.in_(ids), Incident.assignee_id.is_not(None)).order_by(Incident.id)
    for pk, holder, solved_by, owner, opened, resolved in desk.session.execute(held).all():
        stretches = [(opened, holder, chance.choice(("phone", "remote")), chance.randint(5, 25))]
        if resolved is not None and solved_by not in (None, owner):
            other, kind = chance.choice(names.members[solved_by]), chance.choice(("on_site", "remote", "research"))
            stretches.append((resolved, other, kind, chance.randint(4, 30) * 5))
            stretches += [(resolved, other, "travel", chance.randint(3, 9) * 5)] if kind == "on_site" else []
        for at, person, kind, minutes in stretches if chance.random() < 0.8 else ():
            work_entry_service.create(desk.actor, {
                "ticket": pk, "person": person, "worked_on": min(at.date(), desk.now.date()), "minutes": minutes,
                "activity": kinds.get(kind), "is_billable": kind in ("on_site", "travel"),
                "note": chance.choice(said[kind])})


def _names(desk: Desk) -> Names:
    session = desk.session
    values = {name: {value.code: value.id for value in found} for name, found in
              listed(session, *LISTS.values()).items()}
    found = Names({name: values[code] for name, code in LISTS.items()},
                  dict(session.execute(select(Channel.code, Channel.id)).all()),
                  desk.ids("person."), desk.ids("group."))
    rows = select(GroupMember.group_id, GroupMember.person_id).where(GroupMember.group_id.in_(found.groups.values()))
    for group_id, person_id in session.execute(rows.order_by(GroupMember.id)):
        found.members.setdefault(group_id, []).append(person_id)
    found.called = dict(session.execute(
        select(Person.id, Person.name).where(Person.id.in_(found.people.values()))).all())
    return found


def _keep_filters(desk: Desk, names: Names, filters: list[Content]) -> None:
    users, group = desk.ids("user."), names.groups[FIRST_LINE]
    label = str(desk.session.get_one(WorkGroup, group))
    for one in filters:
        owner = Actor(user_id=users[one["owner"]], label=label, group_ids=frozenset({group}))
        saved_filter_service.create(owner, PAGE, {"name": one["name"], "query": one["query"], "shared": GROUP,
                                                  "group_id": group})


# One incident ---------------------------------------------------------------------------------------------------------


def _history(desk: Desk, names: Names, said: Content, number: int) -> History:
    chance = desk.random
    is_english = chance.random() < 0.18
    story = chance.choice([one for one in said["stories"] if bool(one.get("en")) is is_english])
    of = dict(zip(OF, story["of"], strict=True))
    caller_key = chance.choice([key for key in names.people if (key in ENGLISH) is is_english
                                and key not in SUPPLIERS])
    opened, channel = _opened(desk, number), story.get("channel") or chance.choice(CHANNELS)
    caller, agent = names.people[caller_key], chance.choice(names.members[names.groups[FIRST_LINE]])
    impact, urgency = names.values["impact"][of["impact"]], names.values["urgency"][of["urgency"]]
    values: dict[str, Any] = {
        "kind": of["kind"], "title": story["title"].format(n=chance.randint(2, 9)), "opened_at": opened,
        "description": f"<p>{story['text'].format(n=chance.randint(2, 9))}</p>", "state": "new", "caller_id": caller,
        "channel_id": names.channels.get(channel), "category_id": names.values["category"].get(of["category"]),
        "symptom_id": names.values["symptom"].get(of["symptom"]), "impact_id": impact, "urgency_id": urgency,
        "priority_id": repositories.priority_for(impact, urgency), "transfer_count": 0, "reopen_count": 0,
        "confidentiality": 0, "pending_reason": None, "group_id": None, "assignee_id": None,
        "desk_group_id": names.groups[FIRST_LINE], "solved_group_id": None, "told_at": None, "answer_by": None,
    }
    by = names.called[caller if channel in ("web", "email") else agent]
    steps = Work(desk, names, story, of, opened, agent).steps(values)
    until = desk.now if number >= UNTOUCHED else opened
    return History(f"demo-{number}", opened, by, values, [one for one in steps if one.at <= until])


def _opened(desk: Desk, number: int) -> datetime:
    # A few came in just now; the others in working hours of the last two months, the newer the more.
    chance = desk.random
    if number < TODAY:
        minutes = chance.randint(4, 40 if number < UNTOUCHED else 400)
        return (desk.now - timedelta(minutes=minutes)).replace(microsecond=0)
    day = desk.now - timedelta(days=min(DAYS - 1, int(chance.expovariate(1 / 22)) + 1))
    day -= timedelta(days=max(0, day.weekday() - 4) if chance.random() < 0.9 else 0)
    return day.replace(hour=chance.randint(0, 10), minute=chance.randint(0, 59), second=chance.randint(0, 59),
                       microsecond=0)


@dataclass(slots=True)
class Work:
    """What is done about an incident, step by step, as if there were time enough; what lies ahead is cut off."""

    desk: Desk
    names: Names
    story: Content
    of: dict[str, str]
    at: datetime
    agent: int
    done: list[Step] = field(default_factory=list)
    # Who works on it now; whoever logged it gets it back with the solution.
    group: int = 0
    logger: int = 0

    def steps(self, values: dict[str, Any]) -> list[Step]:
        """Return all that happens."""
        chance, self.group, self.logger = self.desk.random, self.names.groups[FIRST_LINE], self.agent
        self._step({"state": "assigned", "group_id": self.group, "assignee_id": self.agent}, (2, 40))
        if chance.random() < 0.05:
            self._step({"state": "cancelled", "closed_at": None}, (20, 300), self.story["reply"])
            return self._ended()
        self._step({"state": "in_progress"}, (3, 60))
        self._say("reply", self.story["reply"])
        if self.of["group"]:
            self._forward()
        self._say("note", self.story["note"])
        if chance.random() < 0.3:
            self._wait()
        self._resolve()
        if chance.random() < 0.07:
            self._step({"state": "assigned", "reopen_count": 1, "resolved_at": None, "told_at": None, "answer_by": None,
                        "group_id": self.group, "assignee_id": self.agent}, (60, 1500), self.story["text"],
                       by=values["caller_id"])
            self._step({"state": "in_progress"}, (10, 90))
            self._resolve()
        self._step({"state": "closed", "closed_at": None, "answer_by": None}, (1440, 5800), by=self.logger)
        if self.agent != self.logger:
            self.done[-1].changes["told_at"] = self.at
        return self._ended()

    def _step(self, changes: dict[str, Any], minutes: tuple[int, int], reason: str | None = None, *,
              by: int | None = None) -> None:
        self.at += timedelta(minutes=self.desk.random.randint(*minutes), seconds=self.desk.random.randint(0, 59))
        who = self.names.called[by if by is not None else self.agent]
        self.done.append(Step(self.at, who, changes, reason=reason and reason.format(n=3)))

    def _say(self, kind: str, text: str) -> None:
        self._step({}, (2, 50))
        said = self.done[-1]
        said.kind, said.body, said.is_public = kind, f"<p>{text.format(n=3)}</p>", kind == "reply"

    def _forward(self) -> None:
        group = self.names.groups[self.of["group"]]
        holder = self.desk.random.choice(self.names.members[group])
        self._step({"state": "assigned", "group_id": group, "assignee_id": holder, "transfer_count": 1}, (5, 120),
                   self.story["note"])
        self.agent, self.group = holder, group
        self._step({"state": "in_progress"}, (5, 240))

    def _wait(self) -> None:
        reason = self.desk.random.choice(REASONS)
        self._step({"state": "pending", "pending_reason": reason}, (5, 120), self.story["note"])
        # Some wait for ever.
        longest = 6000 if self.desk.random.random() < 0.8 else 150_000
        self._step({"state": "in_progress", "pending_reason": None}, (300, longest))

    def _resolve(self) -> None:
        values = self.names.values
        self._step({"state": "resolved", "resolved_at": None, "solution": f"<p>{self.story['solution']}</p>",
                    "resolution_code_id": values["resolution_code"].get(self.of["resolution_code"]),
                    "cause_code_id": values["cause_code"].get(self.of["cause_code"])}, (10, 700))
        solved = self.done[-1].changes
        solved |= {"resolved_at": self.at, "solved_group_id": self.group}
        if self.agent == self.logger:
            solved |= {"told_at": self.at, "answer_by": self.at + timedelta(days=5)}
        else:
            # Back to the desk, which tells the customer and closes.
            solved |= {"group_id": self.names.groups[FIRST_LINE], "assignee_id": self.logger}

    def _ended(self) -> list[Step]:
        self.done[-1].changes["closed_at"] = self.at
        return self.done
