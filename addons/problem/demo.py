"""Problems of the demo company: from one that nobody has looked at to one that is closed and reviewed."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from addons.problem.models import Problem
from addons.problem.services import cause_service, problem_service, review_service, task_service
from addons.problem.workflow import ProblemState as S
from addons.ticket import repositories
from addons.ticket.services.history import TicketHistoryService
from app.demo.desk import Content, Desk, content
from app.organisation.models import GroupMember
from app.records.history import History, Step
from app.records.lists import listed
from app.records.services import number_sequence_service

PATH = Path(__file__).parent / "demo" / "problems.yaml"
SEQUENCE = "problem.demo"
OF = ("category", "impact", "urgency", "source", "root_cause_code", "group")
PRESENT = 3
LISTS = {"category": "ticket.category", "impact": "ticket.impact", "urgency": "ticket.urgency",
         "source": "problem.source", "root_cause_code": "problem.root_cause_code",
         "cause_category": "problem.cause_category"}
# The way through the life cycle, with the share of the time since it began at which each state was entered.
WAY = (S.ASSESS, S.INVESTIGATING, S.ROOT_CAUSE_KNOWN, S.KNOWN_ERROR, S.FIX_IN_PROGRESS, S.RESOLVED, S.CLOSED)
WHEN = dict(zip(WAY, (0.03, 0.08, 0.3, 0.35, 0.5, 0.75, 0.9), strict=True))


class DemoDoor(TicketHistoryService):
    """Demo problems have a number series of their own, so that the real one has no gap."""

    def sequence_of(self, final: dict[str, Any]) -> str:
        return SEQUENCE


@dataclass(slots=True)
class Names:
    """What the stories speak of by codes, as ids."""

    values: dict[str, dict[str, int]]
    groups: dict[str, int]
    members: dict[int, int]


def bring(desk: Desk) -> None:
    """Bring the rights of the manager, the number series, the problems and what belongs to them."""
    said = content(PATH)
    number_sequence_service.create(desk.actor, {
        "code": SEQUENCE, "label": said["series"], "prefix": "DEMO-PRB", "padding": 3})
    names = _names(desk)
    door = DemoDoor(desk.session, problem_service, "demo")
    ids = door.write(desk.session, [door.prepare(_history(desk, names, one, number))
                                    for number, one in enumerate(said["problems"])])
    desk.notes.take(Problem, ids)
    for key, one in zip(ids, said["problems"], strict=True):
        _belongings(desk, names, key, one)


def _names(desk: Desk) -> Names:
    values = {code: {value.code: value.id for value in found}
              for code, found in listed(desk.session, *LISTS.values()).items()}
    groups = desk.ids("group.")
    rows = desk.session.execute(select(GroupMember.group_id, GroupMember.person_id).where(
        GroupMember.group_id.in_(groups.values())).order_by(GroupMember.id.desc()))
    return Names({name: values[code] for name, code in LISTS.items()}, groups, {row[0]: row[1] for row in rows})


def _history(desk: Desk, names: Names, one: Content, number: int) -> History:
    of = dict(zip(OF, one["of"], strict=True))
    began = desk.now - timedelta(days=one["days"])
    impact, urgency = names.values["impact"][of["impact"]], names.values["urgency"][of["urgency"]]
    values: dict[str, Any] = {
        "kind": "problem", "title": one["title"], "opened_at": began, "state": str(S.NEW),
        "symptoms": f"<p>{one['symptoms']}</p>", "source_id": names.values["source"][of["source"]],
        "category_id": names.values["category"].get(of["category"]), "impact_id": impact, "urgency_id": urgency,
        "priority_id": repositories.priority_for(impact, urgency), "transfer_count": 0, "reopen_count": 0,
        "confidentiality": 0, "edition": 0, "is_public": False, "group_id": None, "assignee_id": None,
    }
    return History(f"demo-{number}", began, desk.actor.label, values, _steps(desk, names, one, of))


def _steps(desk: Desk, names: Names, one: Content, of: dict[str, str]) -> list[Step]:
    group = names.groups[of["group"]]
    adds: dict[S, dict[str, Any]] = {
        S.INVESTIGATING: {"group_id": group, "assignee_id": names.members.get(group)},
        S.ROOT_CAUSE_KNOWN: {"root_cause": f"<p>{one['cause']}</p>",
                             "root_cause_code_id": names.values["root_cause_code"][of["root_cause_code"]]},
        S.KNOWN_ERROR: {**dict.fromkeys(("workaround", "published_workaround"), f"<p>{one['workaround']}</p>"),
                        "edition": 1,
                        "review_on": (desk.now + timedelta(days=10)).date()},
        S.RESOLVED: {"permanent_fix": f"<p>{one['fix']}</p>"},
    }
    stamps = {S.KNOWN_ERROR: "published_at", S.RESOLVED: "resolved_at", S.CLOSED: "closed_at"}
    found = []
    for state in WAY[:WAY.index(S(one["until"])) + 1] if one["until"] != S.NEW else ():
        at = desk.now - timedelta(days=one["days"] * (1 - WHEN[state]))
        stamp = {stamps[state]: at} if state in stamps else {}
        found.append(Step(at, desk.actor.label, {"state": str(state), **adds.get(state, {}), **stamp}))
    return found


def _belongings(desk: Desk, names: Names, key: int, one: Content) -> None:
    _whys(desk, names, key, one["whys"], None)
    group = names.groups[dict(zip(OF, one["of"], strict=True))["group"]]
    meeting = None
    if one["review"]:
        guests, to_improve, conclusions, decisions = one["review"]
        chair = names.members.get(group)
        others = [person for person in dict.fromkeys(names.members.values()) if person != chair]
        meeting = review_service.create(desk.actor, {
            "problem": key, "held_on": desk.now.date(), "participants": others[:PRESENT], "guests": guests,
            "chair": chair, "to_improve": to_improve, "conclusions": conclusions, "decisions": decisions})
    for title, state, result in one["tasks"]:
        task_service.create(desk.actor, {
            "problem": key, "title": title, "state": state, "result": result or None, "group": group,
            "assignee": names.members.get(group), "review": meeting,
            "due_on": (desk.now + timedelta(days=7)).date()})


def _whys(desk: Desk, names: Names, key: int, answers: list[Any], parent: int | None) -> None:
    for place, (text, category, below) in enumerate(answers):
        made = cause_service.create(desk.actor, {
            "problem": key, "parent": parent, "text": text, "is_root": not below and parent is not None,
            "category": names.values["cause_category"][category], "sequence": (place + 1) * 10})
        _whys(desk, names, key, below, made.id)
