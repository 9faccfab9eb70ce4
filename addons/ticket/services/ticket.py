"""What every ticket type does alike: place of the caller, priority by the matrix, hand-over, life-cycle steps."""

from collections.abc import Mapping
from typing import Any, TypeVar

from addons.ticket import repositories
from addons.ticket.events import TicketAssigned, TicketCreated, TicketTransitioned
from addons.ticket.models import Ticket
from app.db import session
from app.records import numbering, timeline
from app.records.service import RecordService
from app.records.values import flush, normalise
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField, MissingFields
from app.sdk.events import announce
from app.sdk.i18n import _
from app.sdk.permissions import Permission
from app.sdk.workflow import ALL, CLOSED, RESOLVED, Workflow

T = TypeVar("T", bound=Ticket)
HAND_OVER = frozenset({"assign", "pick", "transfer"})
STEP_FIELDS = frozenset({"group_id", "assignee_id", "pending_reason", "reason"})
PICKLISTS = {
    "impact_id": "ticket.impact", "urgency_id": "ticket.urgency", "priority_id": "ticket.priority",
    "category_id": "ticket.category",
}


class TicketService(RecordService[T]):
    """Create, update and move one type of ticket. Flushes, never commits."""

    workflow: Workflow
    override_priority: Permission
    assign: Permission
    picklists: Mapping[str, str] = PICKLISTS

    def create(self, actor: Actor, values: Mapping[str, Any]) -> T:
        """Open a ticket: number, caller's place, priority, first state; assigned at once where a group is given."""
        actor.require(self.write)
        clean = normalise(session(), self.model, values, self.fields)
        self.check_required(clean, self.required)
        group_id, assignee_id = clean.pop("group_id", None), clean.pop("assignee_id", None)
        ticket = self.model(**clean)
        ticket.state, ticket.opened_at = self.workflow.initial, clean.get("opened_at") or clock.now()
        ticket.state_category = self.workflow.category(ticket.state)
        ticket.transfer_count = ticket.reopen_count = 0
        self._place(ticket)
        self.prepare(actor, ticket, clean)
        self._check_picklists(clean)
        ticket.number = numbering.next_number(session(), self.sequence_of(ticket))
        session().add(ticket)
        flush(session(), self.model)
        announce(TicketCreated(ticket.type, ticket.id))
        if group_id is not None or assignee_id is not None:
            self.transition(actor, ticket.id, "assign", {"group_id": group_id, "assignee_id": assignee_id})
        return ticket

    def update(self, actor: Actor, record_id: int, values: Mapping[str, Any], version: int | None = None) -> T:
        """Change fields outside the life cycle. A hand-over goes through its step, so that it leaves its trace."""
        ticket = self.get_for_update(record_id)
        actor.require(self.write)
        self.check_version(ticket, version)
        clean = normalise(session(), self.model, values, self.fields)
        clean = {name: value for name, value in clean.items() if getattr(ticket, name) != value}
        self._check_read_only(ticket, clean)
        self.check_required(clean, {name for name in self.required if name in clean})
        hand_over = {name: clean.pop(name) for name in ("group_id", "assignee_id") if name in clean}
        self._check_picklists(clean)
        for name, value in clean.items():
            setattr(ticket, name, value)
        if "caller_id" in clean:
            self._place(ticket)
        self.prepare(actor, ticket, clean)
        flush(session(), self.model)
        if hand_over:
            target = {"group_id": ticket.group_id, "assignee_id": ticket.assignee_id, **hand_over}
            self.transition(actor, ticket.id, "assign", {**target, "reason": values.get("reason")})
        return ticket

    def transition(self, actor: Actor, record_id: int, action: str, values: Mapping[str, Any],
                   version: int | None = None) -> T:
        """Take one step. Raises NotFound, Conflict, Forbidden, MissingFields or InvalidField; nothing then changes."""
        ticket = self.get_for_update(record_id)
        self.check_version(ticket, version)
        step, source = self.workflow.step(ticket.state, action), ticket.state
        actor.require(step.permission)
        why_not = self.why_not(actor, ticket, action)
        if why_not:
            raise Conflict(why_not)
        clean = normalise(session(), self.model, {k: v for k, v in values.items() if k != "reason"},
                          set(step.asks) | STEP_FIELDS)
        reason = str(values.get("reason") or "").strip() or None
        if action in HAND_OVER:
            clean = self._hand_over(actor, ticket, action, clean, reason)
        if "reason" in step.required and not reason:
            raise MissingFields(["reason"])
        self._check_picklists(clean)
        before = (ticket.group_id, ticket.assignee_id)
        # Set for the interval that this flush opens, whichever flush it is.
        ticket.transition_reason = reason
        self.workflow.apply(ticket, action, {**clean, "reason": reason})
        ticket.state_category = self.workflow.category(ticket.state)
        self._stamp(ticket, action)
        flush(session(), self.model)
        timeline.add_entry(session(), ticket, "transition", reason,
                           data={"action": action, "source": source, "target": ticket.state,
                                 "group_id": ticket.group_id, "assignee_id": ticket.assignee_id})
        session().flush()
        announce(TicketTransitioned(ticket.type, ticket.id, action, source, ticket.state))
        if before != (ticket.group_id, ticket.assignee_id):
            announce(TicketAssigned(ticket.type, ticket.id, ticket.group_id, ticket.assignee_id))
        return ticket

    def add_note(self, actor: Actor, record_id: int, body: str, *, is_public: bool) -> timeline.TimelineEntry:
        """Add an internal note or a public reply."""
        ticket = self.get_for_update(record_id)
        actor.require(self.write)
        entry = timeline.add_note(session(), ticket, body, is_public=is_public)
        session().flush()
        return entry

    def why_not(self, actor: Actor, ticket: T, action: str) -> str | None:
        """Say why a step is refused, or None; the button, REST and `transition` ask the same question."""
        check = getattr(self, f"can_{action}", None)
        return check(actor, ticket) if check else None

    def sequence_of(self, ticket: T) -> str:
        """Return the code of the number sequence; a type with several series overrides this."""
        return ticket.type

    def prepare(self, actor: Actor, record: T, values: Mapping[str, Any]) -> None:
        """Derive the priority from impact and urgency, unless somebody with the right overrode it."""
        record.impact_id = record.impact_id or repositories.default_value_id("ticket.impact")
        record.urgency_id = record.urgency_id or repositories.default_value_id("ticket.urgency")
        derived = repositories.priority_for(record.impact_id, record.urgency_id)
        if values.get("priority_id") and values["priority_id"] != derived:
            if not actor.can(self.override_priority):
                raise InvalidField("priority", _("You may not override the priority."))
            if not (values.get("priority_reason") or getattr(record, "priority_reason", None)):
                raise InvalidField("priority_reason", _("Say why the priority differs from the matrix."))
            record.is_priority_overridden = True
        elif not record.is_priority_overridden or {"impact_id", "urgency_id"} & set(values):
            record.priority_id, record.is_priority_overridden = derived, False

    def _place(self, ticket: T) -> None:
        place = repositories.person_place(ticket.caller_id) if ticket.caller_id else None
        if place is None:
            return
        ticket.company_id = ticket.company_id or place[0]
        ticket.department_id = ticket.department_id or place[1]
        ticket.site_id = ticket.site_id or place[2]
        ticket.is_vip = place[3]

    def _check_picklists(self, values: Mapping[str, Any]) -> None:
        for name, code in self.picklists.items():
            value = values.get(name)
            if value is not None and repositories.picklist_of(value) != code:
                raise InvalidField(name.removesuffix("_id"), _("Choose an entry of the list."))
        reason = values.get("pending_reason")
        if reason is not None and repositories.value_id("ticket.pending_reason", reason) is None:
            raise InvalidField("pending_reason", _("Choose an entry of the list."))

    def _check_read_only(self, ticket: T, values: Mapping[str, Any]) -> None:
        locked = self.workflow.read_only(ticket.state)
        names = set(values) | {name.removesuffix("_id") for name in values}
        if values and (locked == ALL or locked & names):
            text = _("This field cannot be changed any more.")
            raise Conflict(text, fields={n: text for n in values if locked == ALL or {n, n.removesuffix("_id")} & locked})

    def _hand_over(self, actor: Actor, ticket: T, action: str, values: dict[str, Any],
                   reason: str | None) -> dict[str, Any]:
        """Return the values with group and assignee made consistent. Raises where they are not."""
        if action == "pick":
            if actor.person_id is None:
                raise Conflict(_("Only somebody who works here can pick a ticket."))
            values["assignee_id"] = actor.person_id
        group_id = values.get("group_id") or ticket.group_id
        if group_id is None:
            raise MissingFields(["group"])
        group = repositories.group_state(group_id)
        if group is None or not group[0]:
            raise InvalidField("group", _("This work group is not active."))
        crosses = ticket.group_id is not None and group_id != ticket.group_id
        if crosses and not reason:
            raise InvalidField("reason", _("Say why the ticket goes to another group."))
        assignee_id = values.get("assignee_id")
        if assignee_id is not None and not repositories.is_member(assignee_id, group_id):
            raise InvalidField("assignee", _("This person is not in the work group."))
        if crosses:
            ticket.transfer_count += 1
        ticket.support_line = group[1]
        return {**values, "group_id": group_id, "assignee_id": assignee_id}

    def _stamp(self, ticket: T, action: str) -> None:
        now, category = clock.now(), ticket.state_category
        if action == "reopen":
            ticket.reopen_count += 1
            ticket.resolved_at = ticket.closed_at = None
        elif category == RESOLVED:
            ticket.resolved_at = now
        elif category == CLOSED:
            ticket.closed_at = now
