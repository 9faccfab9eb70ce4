"""What every ticket type does alike: place of the caller, priority by the matrix, hand-over, life-cycle steps."""

from collections.abc import Mapping
from typing import Any, TypeVar

from addons.ticket import repositories
from addons.ticket.events import TicketAssigned, TicketCreated, TicketTransitioned
from addons.ticket.models import Ticket
from addons.ticket.services import family, worked
from addons.ticket.services.clone import Cloning
from addons.ticket.services.copying import Copying
from addons.ticket.services.hand_over import HAND_OVER, hand_over, why_not_pick
from addons.ticket.services.links import Links
from addons.ticket.services.merge import TicketMerging
from addons.ticket.services.merged import Merged
from addons.ticket.services.priority import set_priority
from addons.ticket.services.split import Splitting
from addons.ticket.services.surroundings import Surroundings
from app.db import field_rights, session
from app.records import numbering, timeline
from app.records.custom import writing
from app.records.lists import check_choices
from app.records.service import RecordService
from app.records.values import all_or_nothing, flush
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.confidentiality import LEVELS, NORMAL
from app.sdk.errors import Conflict, InvalidField, MissingFields
from app.sdk.events import announce
from app.sdk.i18n import _
from app.sdk.permissions import Permission
from app.sdk.workflow import ALL, CLOSED, RESOLVED, Workflow

T = TypeVar("T", bound=Ticket)
HOLDER = frozenset({"group_id", "assignee_id"})
STEP_FIELDS = frozenset({"group_id", "assignee_id", "pending_reason", "reason"})
PICKLISTS = {
    "impact_id": "ticket.impact", "urgency_id": "ticket.urgency", "priority_id": "ticket.priority",
    "category_id": "ticket.category",
}
PLACE = ("company_id", "department_id", "site_id")


class TicketService(Links, family.Families, TicketMerging, Merged, Splitting, Cloning, Copying, Surroundings,
                    RecordService[T]):
    """Create, update and move one type of ticket. Flushes, never commits."""

    workflow: Workflow
    override_priority: Permission
    assign: Permission
    picklists: Mapping[str, str] = PICKLISTS
    codes: Mapping[str, str] = {"pending_reason": "ticket.pending_reason"}
    rich: frozenset[str] = frozenset({"description"})
    delete_needs_reason = True

    @all_or_nothing
    def create(self, actor: Actor, values: Mapping[str, Any]) -> T:
        """Open a ticket: number, caller's place, priority, first state; assigned at once where a group is given."""
        actor.require(self.write)
        values, custom = writing.taken(values)
        field_rights.check(self.model, values, actor)
        clean = self._clean(self.with_defaults(actor, values))
        self.check_required(clean, self.required)
        self._check_values(clean)
        group_id, assignee_id = clean.pop("group_id", None), clean.pop("assignee_id", None)
        ticket = self.model(**{"transfer_count": 0, "reopen_count": 0, "is_priority_overridden": False, **clean})
        ticket.state, ticket.opened_at = self.workflow.initial, clock.now()
        ticket.state_category = self.workflow.category(ticket.state)
        self._place(ticket, clean)
        self.prepare(actor, ticket, clean)
        ticket.number = self.take_number(ticket)
        session().add(ticket)
        flush(session(), self.model)
        writing.write(actor, ticket, custom, clean, when=writing.CREATE)
        announce(TicketCreated(ticket.type, ticket.id))
        if group_id is not None or assignee_id is not None:
            self.transition(actor, ticket.id, "assign", {"group_id": group_id, "assignee_id": assignee_id})
        return ticket

    @all_or_nothing
    def update(self, actor: Actor, record_id: int, values: Mapping[str, Any], version: int | None = None) -> T:
        """Change fields outside the life cycle. A hand-over goes through its step, so that it leaves its trace."""
        ticket = self.get_for_update(record_id)
        actor.require(self.write)
        self.check_version(ticket, version)
        values, custom = writing.taken(values)
        field_rights.check(self.model, values, actor)
        given = self._clean({name: value for name, value in values.items() if name != "reason"})
        clean = {name: value for name, value in given.items() if getattr(ticket, name) != value}
        self._check_read_only(ticket, clean)
        # What its state asks for was given on the way there, and stays.
        needed = self.required | set(self.workflow.state(ticket.state).required)
        self.check_required(clean, {name for name in needed if name in clean})
        moved: dict[str, Any] = {name: clean.pop(name) for name in ("group_id", "assignee_id") if name in clean}
        self._check_values(clean, ticket)
        for name, value in clean.items():
            setattr(ticket, name, value)
        if "caller_id" in clean:
            self._place(ticket, clean)
        if "priority_id" in clean:
            clean["priority_reason"] = given.get("priority_reason") or getattr(ticket, "priority_reason", None)
        self.prepare(actor, ticket, clean)
        flush(session(), self.model)
        writing.write(actor, ticket, custom, clean, is_locked=self.workflow.read_only(ticket.state) == ALL)
        if moved:
            target = {"group_id": ticket.group_id, "assignee_id": ticket.assignee_id, **moved}
            self.transition(actor, ticket.id, "assign", {**target, "reason": values.get("reason")})
        return ticket

    @all_or_nothing
    def transition(self, actor: Actor, record_id: int, action: str, values: Mapping[str, Any],
                   version: int | None = None) -> T:
        """Take one step. Raises NotFound, Conflict, Forbidden, MissingFields or InvalidField; nothing then changes."""
        ticket = self.get_for_update(record_id)
        self.check_version(ticket, version)
        step, source = self.workflow.step(ticket.state, action, ticket.kind), ticket.state
        actor.require(step.permission)
        why_not = self.why_not(actor, ticket, action)
        if why_not:
            raise Conflict(why_not)
        values, chosen = family.taken(worked.log(self, actor, ticket, step, values))
        values, custom = writing.taken(values)
        field_rights.check(self.model, values, actor)
        held = HOLDER if action not in HAND_OVER else frozenset()
        allowed = (set(step.asks) | set(step.required) | STEP_FIELDS) - held
        clean = self._taken({k: v for k, v in values.items() if k != "reason"}, allowed)
        reason = str(values.get("reason") or "").strip() or None
        self._check_values({name: value for name, value in clean.items() if getattr(ticket, name) != value}, ticket)
        if "reason" in step.required and not reason:
            raise MissingFields(["reason"])
        said = {**clean, "reason": reason, **({writing.KEY: custom} if custom else {})}
        if family.is_put_off(self, actor, ticket, step, said, chosen):
            return ticket
        before = (ticket.group_id, ticket.assignee_id)
        if action in HAND_OVER:
            clean = hand_over(actor, ticket, action, clean, reason)
        clean = self.before_step(actor, ticket, action, clean)
        # Set for the interval that this flush opens, whichever flush it is.
        ticket.transition_reason = reason
        self.workflow.apply(ticket, action, {**clean, "reason": reason})
        ticket.state_category = self.workflow.category(ticket.state)
        if self.workflow.category(source) != ticket.state_category or action == "reopen":
            self._stamp(ticket, action)
        flush(session(), self.model)
        writing.write(actor, ticket, custom, clean, when=writing.STEP)
        ticket.transition_reason = None
        timeline.add_entry(session(), ticket, "transition", reason,
                           data={"action": action, "source": source, "target": ticket.state,
                                 "group_id": ticket.group_id, "assignee_id": ticket.assignee_id})
        session().flush()
        announce(TicketTransitioned(ticket.type, ticket.id, action, source, ticket.state))
        if before != (ticket.group_id, ticket.assignee_id):
            announce(TicketAssigned(ticket.type, ticket.id, ticket.group_id, ticket.assignee_id, *before, action))
        family.follow(self, actor, ticket, step, said, chosen)
        self.after_step(actor, ticket, action, reason)
        return ticket

    def before_step(self, actor: Actor, ticket: T, action: str, values: dict[str, Any]) -> dict[str, Any]:
        """Return the values of a step with what follows from them; a type adds its own."""
        if action == "resolve":
            ticket.told_at = clock.now()
        return values

    def after_step(self, actor: Actor, ticket: T, action: str, reason: str | None) -> None:
        """Do what follows a step of its own accord; a type fills this in."""

    def offers(self, actor: Actor, ticket: T, action: str) -> bool:
        """Say whether a step is shown to somebody who has the right to it; a type hides what is not for them."""
        return True

    def needs_work(self, ticket: T) -> bool:
        """Say whether a ticket is resolved only after work was logged; a type that asks for it says when."""
        return False

    def why_not(self, actor: Actor, ticket: T, action: str) -> str | None:
        """Say why a step is refused, or None; the button, REST and `transition` ask the same question."""
        check = getattr(self, f"can_{action}", None)
        return check(actor, ticket) if check else None

    def can_pick(self, actor: Actor, ticket: T) -> str | None:
        """Say why the actor cannot take the ticket, or None."""
        return why_not_pick(actor, ticket)

    def sequence_of(self, ticket: T) -> str:
        """Return the code of the number sequence; a type with several series overrides this."""
        return ticket.type

    def take_number(self, ticket: T) -> str:
        """Return the ticket's number, taken from its sequence."""
        return numbering.next_number(session(), self.sequence_of(ticket), ticket.company_id)

    def with_defaults(self, actor: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of a new ticket with what nobody said; a type adds its own."""
        return dict(values)

    def prepare(self, actor: Actor, record: T, values: Mapping[str, Any]) -> None:
        """Derive the priority."""
        set_priority(actor, record, values, self.override_priority)

    def _clean(self, values: Mapping[str, Any]) -> dict[str, Any]:
        clean = super()._clean(values)
        if clean.get("confidentiality", NORMAL) is None:
            del clean["confidentiality"]  # there is always a level: who names none leaves it as it is
        return clean

    def _place(self, ticket: T, given: Mapping[str, Any]) -> None:
        place = repositories.person_place(ticket.caller_id) if ticket.caller_id else None
        if place is None:
            return
        for name, value in zip(PLACE, place, strict=False):
            if given.get(name) is None:
                setattr(ticket, name, value)
        ticket.is_vip = ticket.caller_id is not None and repositories.is_vip(ticket.caller_id)

    def _check_values(self, values: Mapping[str, Any], ticket: T | None = None) -> None:
        check_choices(session(), values, self.picklists, self.codes,
                      company_id=ticket.company_id if ticket is not None else values.get("company_id"))
        if values.get("confidentiality", NORMAL) not in LEVELS:
            raise InvalidField("confidentiality", _("Choose an entry of the list."))
        service_id = values.get("service_id", ticket.service_id if ticket is not None else None)
        offering_id = values.get("offering_id", ticket.offering_id if ticket is not None else None)
        is_new = bool({"service_id", "offering_id"} & set(values)) and offering_id is not None
        if is_new and repositories.service_of_offering(offering_id) != service_id:
            raise InvalidField("offering", _("This is not an offering of the service."))

    def _check_read_only(self, ticket: T, values: Mapping[str, Any]) -> None:
        locked = self.workflow.read_only(ticket.state)
        refused = [name for name in values if locked == ALL or {name, name.removesuffix("_id")} & locked]
        if refused:
            text = _("This field cannot be changed any more.")
            raise Conflict(text, fields=dict.fromkeys(refused, text))

    def _stamp(self, ticket: T, action: str) -> None:
        now, category = clock.now(), ticket.state_category
        if action == "reopen":
            ticket.reopen_count += 1
            ticket.resolved_at = ticket.closed_at = None
        elif category == RESOLVED:
            ticket.resolved_at = now
        elif category == CLOSED:
            ticket.closed_at = now
