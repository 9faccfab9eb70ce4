"""The service desk as the owner of an incident: what it gets back, whom it tells, and that nobody else ends it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import inspect, select

from addons.incident.models import Incident
from addons.incident.models.closing_policy import AT_ONCE, BY_DESK
from addons.incident.permissions import INCIDENT_SEE_INTERNAL, INCIDENT_SET_DESK
from addons.incident.services import desks
from addons.incident.services.policy import answer_by, policy_of
from addons.ticket import repositories
from addons.ticket.events import TicketOwned
from app.db import session
from app.notify import links, notify
from app.records import timeline
from app.records.intervals import RecordInterval
from app.sdk import clock
from app.sdk.actor import SYSTEM, Actor, acting_as
from app.sdk.errors import InvalidField
from app.sdk.events import announce
from app.sdk.i18n import _
from app.sdk.workflow import OPEN, PAUSED, RESOLVED, Workflow

# What the caller has been asked by a link (addons.incident.views.confirming).
CONFIRM_LINK = "incident.confirm"
# Steps that are shown to those only who may take them.
OWN_STEPS = frozenset({"close", "cancel", "tell", "confirm", "start", "hold", "resume"})


class Owning:
    """Mixed into IncidentService."""

    workflow: Workflow
    transition: Any

    # Who owns it -----------------------------------------------------------------------------------------------------

    def owned(self, actor: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of a new incident with the desk that owns it.

        Raises InvalidField for another than the usual one without the right to say so.
        """
        usual = desks.desk_for(actor, desks.key_in(values, "group"), desks.key_in(values, "service"))
        said = desks.key_in(values, "desk_group")
        if any(values.get(name) is not None for name in ("desk_group", "desk_group_id")):
            self._may_set(actor, said == usual)
            return dict(values)
        return {**{name: value for name, value in values.items() if name != "desk_group"}, "desk_group_id": usual}

    def own(self, actor: Actor, record: Incident, values: Mapping[str, Any]) -> None:
        """Check a new owner and leave a trace of it. Raises InvalidField."""
        if "desk_group_id" not in values:
            return
        key = record.desk_group_id
        if key is not None and not desks.is_desk(key):
            raise InvalidField("desk_group", _("This work group is no service desk."))
        if inspect(record).transient:
            return
        self._may_set(actor)
        if record.state_category == RESOLVED and key is not None and key != record.group_id:
            # What is solved lies with whoever is to close it.
            record.group_id, record.assignee_id = key, None
        timeline.add_entry(session(), record, "system", data={"desk_group_id": key})
        announce(TicketOwned(record.type, record.id, key))

    @staticmethod
    def _may_set(actor: Actor, is_usual: bool = False) -> None:
        if not is_usual and not actor.can(INCIDENT_SET_DESK):
            raise InvalidField("desk_group", _("You may not say which service desk owns the incident."))

    # Who ends it -----------------------------------------------------------------------------------------------------

    @staticmethod
    def _not_the_desk(actor: Actor, ticket: Incident) -> str | None:
        if actor.is_system or ticket.desk_group_id is None or ticket.desk_group_id in actor.group_ids:
            return None
        return _("Only the service desk that owns the incident closes it.")

    can_close = can_cancel = _not_the_desk

    def can_tell(self, actor: Actor, ticket: Incident) -> str | None:
        """Say why the actor cannot tell the customer of the solution, or None."""
        return self._not_the_desk(actor, ticket) or (
            _("The customer has been told already.") if ticket.told_at is not None else None)

    def can_confirm(self, actor: Actor, ticket: Incident) -> str | None:
        """Say why the actor cannot confirm the solution, or None."""
        if actor.is_system or is_customer_of(actor, ticket):
            return None
        return _("Only whoever called confirms the solution.")

    @staticmethod
    def _not_the_system(actor: Actor, _ticket: Incident) -> str | None:
        return None if actor.is_system else _("This happens of its own accord.")

    @staticmethod
    def _not_working_here(actor: Actor, _ticket: Incident) -> str | None:
        # Customers may write, but what is done about their incident is not theirs to say.
        if actor.is_system or actor.group_ids or actor.can(INCIDENT_SEE_INTERNAL):
            return None
        return _("Only somebody who works here does this.")

    can_start = can_hold = can_resume = _not_working_here
    can_expire = can_answer = can_answer_assigned = _not_the_system

    def offers(self, actor: Actor, ticket: Incident, action: str) -> bool:
        """Say whether a step is shown: what is the desk's or the caller's alone is not, to others."""
        if action == "pick" and self._not_working_here(actor, ticket):
            return False
        return action not in OWN_STEPS or self.why_not(actor, ticket, action) is None  # type: ignore[attr-defined]

    # What follows from a step ----------------------------------------------------------------------------------------

    def before_step(self, actor: Actor, ticket: Incident, action: str, values: dict[str, Any]) -> dict[str, Any]:
        """Return the values of a step with who holds the incident then, and keep when the customer was told."""
        if action == "resolve":
            return self._solved(actor, ticket, values)
        if action == "reopen":
            cleared = dict.fromkeys(("told_at", "answer_by", "solved_group_id"))
            return {**values, **cleared, **self._worked_by(ticket)}
        if action == "tell":
            return {**values, "told_at": clock.now(), "answer_by": answer_by(ticket)}
        if action not in ("close", "confirm", "expire"):
            return values
        if ticket.told_at is None:
            notify([ticket.caller_id], "ticket.resolved", (ticket.type, ticket.id))
        return {**values, "told_at": ticket.told_at or clock.now(), "answer_by": None}

    def after_step(self, actor: Actor, ticket: Incident, action: str, reason: str | None) -> None:
        """Bring back to the desk, close at once by policy, and let a caller's reason be read by both sides."""
        if action in ("close", "confirm", "expire", "reopen"):
            links.revoke((ticket.type, ticket.id), CONFIRM_LINK)
        if action == "resolve":
            if ticket.solved_group_id not in (None, ticket.group_id):
                timeline.add_entry(session(), ticket, "system",
                                   data={"desk_group_id": ticket.group_id, "is_return": True})
                session().flush()
            if policy_of(ticket.category_id) == AT_ONCE:
                with acting_as(SYSTEM, cause="closing_policy"):
                    self.transition(SYSTEM, ticket.id, "close", {})
        elif action == "reopen" and reason and is_customer_of(actor, ticket):
            timeline.add_note(session(), ticket, reason, is_public=True)
            session().flush()

    def _solved(self, actor: Actor, ticket: Incident, values: dict[str, Any]) -> dict[str, Any]:
        # All of it is set in one flush: in between, whoever solves it might not see it.
        desk = self._owner(ticket)
        is_by_desk = desk is None or desk in actor.group_ids or (actor.is_system and ticket.group_id == desk)
        is_told = is_by_desk or policy_of(ticket.category_id) != BY_DESK
        back: dict[str, Any] = {}
        if desk is not None and desk != ticket.group_id:
            back = {"group_id": desk, "assignee_id": self._keeper(ticket, desk), "support_line": _line(desk)}
        return {**values, **back, "desk_group_id": desk, "solved_group_id": ticket.group_id,
                "told_at": clock.now() if is_told else None, "answer_by": answer_by(ticket) if is_told else None}

    @staticmethod
    def _owner(ticket: Incident) -> int | None:
        # A desk that is no more hands over to the one that would own the incident now.
        key = ticket.desk_group_id
        return key if key is None or desks.is_desk(key) else desks.desk_for(SYSTEM, None, ticket.service_id)

    @staticmethod
    def _keeper(ticket: Incident, desk: int) -> int | None:
        # Who held it there last, else who logged it, as long as they are there.
        held = select(RecordInterval.assignee_id).where(
            RecordInterval.record_type == ticket.type, RecordInterval.record_id == ticket.id,
            RecordInterval.group_id == desk, RecordInterval.assignee_id.is_not(None),
        ).order_by(RecordInterval.started_at.desc(), RecordInterval.id.desc()).limit(1)
        wanted = [session().execute(held).scalar(), desks.person_of_user(ticket.created_by_id)]
        known = [key for key in wanted if key is not None]
        there = desks.members_among(desk, known) if known else set()
        return next((key for key in known if key in there), None)

    def _worked_by(self, ticket: Incident) -> dict[str, Any]:
        # Back to whoever worked on it last.
        row = self.last_worked(ticket)
        group = repositories.group_state(row.group_id) if row is not None and row.group_id is not None else None
        if row is None or group is None or not group[0]:
            return {}
        there = desks.members_among(row.group_id, [row.assignee_id]) if row.assignee_id is not None else set()
        return {"group_id": row.group_id, "assignee_id": row.assignee_id if there else None,
                "support_line": group[1]}

    def last_worked(self, ticket: Incident, *categories: str) -> Any:
        """Return (state, group_id, assignee_id) of the last interval in these categories, or None.

        Without any they are open and paused.
        """
        codes = self.workflow.codes(*(categories or (OPEN, PAUSED)))
        statement = select(RecordInterval.state, RecordInterval.group_id, RecordInterval.assignee_id).where(
            RecordInterval.record_type == ticket.type, RecordInterval.record_id == ticket.id,
            RecordInterval.state.in_(codes),
        ).order_by(RecordInterval.started_at.desc(), RecordInterval.id.desc()).limit(1)
        return session().execute(statement).one_or_none()


def is_customer_of(actor: Actor, ticket: Incident) -> bool:
    """Say whether somebody called about an incident, or it was reported on their behalf."""
    return actor.person_id is not None and actor.person_id in (ticket.caller_id, ticket.on_behalf_of_id)


def _line(group_id: int) -> int | None:
    state = repositories.group_state(group_id)
    return state[1] if state is not None else None
