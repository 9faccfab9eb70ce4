"""Tickets of another system, brought in with their history under the rules that the live service keeps."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from addons.ticket.events import TicketsBroughtIn
from addons.ticket.models import PriorityRule
from addons.ticket.services.ticket import TicketService
from app.organisation.models import GroupMember, Person, WorkGroup
from app.records.history import History, HistoryService, Prepared, Step
from app.records.lists import listed
from app.records.rich_text import sanitised
from app.sdk.actor import current_actor
from app.sdk.errors import InvalidField, MissingFields
from app.sdk.events import announce
from app.sdk.i18n import _
from app.sdk.workflow import CLOSED, OPEN, PAUSED, RESOLVED, Workflow

ENDED = (RESOLVED, CLOSED)
PLACE = ("company_id", "department_id", "site_id", "is_vip")


class TicketHistoryService(HistoryService):
    """The one door for finished tickets of one type. What it needs to know it reads once, when it is made."""

    def __init__(self, session: Session, service: TicketService[Any], source: str) -> None:
        super().__init__(session, service.model, source)
        current_actor().require(service.write)
        self.service, self.workflow = service, service.workflow
        self._states = set(self.workflow.codes(OPEN, PAUSED, RESOLVED, CLOSED))
        self._action = actions(service.workflow)
        self._read(session)

    def _read(self, session: Session) -> None:
        lists = listed(session, *self.service.picklists.values(), *self.service.codes.values())
        ids = {name: {value.id for value in lists[code]} for name, code in self.service.picklists.items()}
        codes = {name: {value.code for value in lists[code]} for name, code in self.service.codes.items()}
        self._values: dict[str, set[Any]] = {**ids, **codes}
        self._groups = {row.id: row for row in session.execute(
            select(WorkGroup.id, WorkGroup.is_active, WorkGroup.support_line, WorkGroup.is_service_desk))}
        self._members = {tuple(row) for row in session.execute(select(GroupMember.group_id, GroupMember.person_id))}
        self._matrix = {(row.impact_id, row.urgency_id): row.priority_id for row in session.execute(
            select(PriorityRule.impact_id, PriorityRule.urgency_id, PriorityRule.priority_id))}
        places = select(Person.id, *(getattr(Person, name) for name in PLACE)).where(
            or_(Person.is_vip, *(getattr(Person, name).is_not(None) for name in PLACE[:3])))
        self._places = {row.id: row for row in session.execute(places)}

    def sequence_of(self, final: dict[str, Any]) -> str:
        """Each kind has its own number series, as with the live service."""
        return self.service.sequence_of(self.model(kind=final.get("kind")))  # type: ignore[call-arg]

    def complete(self, history: History) -> None:
        """Derive the caller's place, the category of each state, the support line, and what each step was."""
        values = history.values
        place = self._places.get(values.get("caller_id"))
        if place is not None:
            values.update({name: values.get(name) or getattr(place, name) for name in PLACE})
        derived = self._matrix.get((_last(history, "impact_id"), _last(history, "urgency_id")))
        values["is_priority_overridden"] = _last(history, "priority_id") not in {None, derived}
        self._derive(values)
        state, group_id, assignee_id = values["state"], values.get("group_id"), values.get("assignee_id")
        for step in history.steps:
            self._derive(step.changes)
            source, before = state, group_id
            state = step.changes.get("state", state)
            group_id = step.changes.get("group_id", group_id)
            assignee_id = step.changes.get("assignee_id", assignee_id)
            if state != source or group_id not in {None, before}:
                step.kind = "transition"
                step.data = {"action": self._name(source, state, before, group_id), "source": source, "target": state,
                             "group_id": group_id, "assignee_id": assignee_id, **(step.data or {})}

    def _name(self, source: str, target: str, before: int | None, group_id: int | None) -> str:
        if group_id not in {None, before} and self.workflow.category(source) == self.workflow.category(target):
            return "assign" if before is None else "transfer"
        return self._action(source, target)

    def _derive(self, changes: dict[str, Any]) -> None:
        for name in self.service.rich & changes.keys():
            changes[name] = sanitised(changes[name])
        if "state" in changes:
            if changes["state"] not in self._states:
                raise InvalidField("state", _("Choose an entry of the list."))
            changes["state_category"] = self.workflow.category(changes["state"])
        group = self._groups.get(changes.get("group_id"))
        if group is not None:
            changes["support_line"] = group.support_line

    def check(self, history: History, final: dict[str, Any]) -> None:
        """Refuse unknown values, people outside their group, and an end state that lacks something."""
        super().check(history, final)
        group_id = assignee_id = None
        for changes in (history.values, *(step.changes for step in history.steps)):
            self._check_values(changes)
            group_id = changes.get("group_id", group_id)
            assignee_id = changes.get("assignee_id", assignee_id)
            if {"group_id", "assignee_id"} & changes.keys():
                self._check_holder(group_id, assignee_id)
        holder = self._groups.get(group_id)
        if holder is not None and not holder.is_active and self.workflow.category(final["state"]) not in ENDED:
            raise InvalidField("group", _("This work group is not active."))
        self._check_desk(final)
        required = self.service.required | set(self.workflow.state(final["state"]).required)
        missing = [name for name in sorted(required - history.unknown) if final.get(name) in (None, "")]
        if missing:
            raise MissingFields(missing)

    def _check_desk(self, final: dict[str, Any]) -> None:
        key = final.get("desk_group_id")
        if key is None:
            return
        desk = self._groups.get(key)
        if desk is None or not desk.is_service_desk:
            raise InvalidField("desk_group", _("This work group is no service desk."))
        if self.workflow.category(final["state"]) == CLOSED and final.get("group_id") != key:
            raise InvalidField("group", _("Only the service desk that owns a ticket ends it."))

    def _check_values(self, changes: dict[str, Any]) -> None:
        for name, known in self._values.items():
            value = changes.get(name)
            if value is not None and value not in known:
                raise InvalidField(name.removesuffix("_id"), _("Choose an entry of the list."))

    def _check_holder(self, group_id: int | None, assignee_id: int | None) -> None:
        if group_id is None:
            return
        if group_id not in self._groups:
            raise InvalidField("group", _("Choose an entry of the list."))
        if assignee_id is not None and (group_id, assignee_id) not in self._members:
            raise InvalidField("assignee", _("This person is not in the work group."))

    def write(self, session: Session, batch: Sequence[Prepared]) -> list[int]:
        """Write prepared tickets in the running unit of work, and tell who keeps something derived from tickets."""
        ids = super().write(session, batch)
        announce(TicketsBroughtIn(self.record_type, tuple(ids)))
        return ids


def actions(workflow: Workflow) -> Callable[[str, str], str]:
    """Return what tells the action that leads from one state to another.

    Another system's life cycle allows steps that ours does not; they are told as the action that has the same end.
    """
    known: dict[tuple[str, str], str] = {}

    def find(source: str, target: str) -> str:
        exact = [step for step in workflow.steps(source) if step.target == target]
        ended = workflow.category(source) in ENDED and workflow.category(target) not in ENDED
        back = [step for step in workflow.steps(source) if ended and workflow.category(step.target) not in ENDED]
        steps = exact or back or [step for step in workflow.transitions if step.target == target]
        return steps[0].action if steps else "update"

    def action(source: str, target: str) -> str:
        if (source, target) not in known:
            known[source, target] = find(source, target)
        return known[source, target]

    return action


def _last(history: History, name: str) -> Any:
    changed = (step.changes[name] for step in reversed(history.steps) if name in step.changes)
    return next(changed, history.values.get(name))


__all__ = ["History", "Step", "TicketHistoryService"]
