"""The door of records with a life cycle: what RecordService does, and the steps of the table.

    class LoanService(LifeCycleService[Loan]):
        workflow = LOAN

        def can_return(self, actor: Actor, record: Loan) -> str | None:
            return _("It was never fetched.") if record.fetched_on is None else None

The record has a column `state`. Pages, REST, bulk changes, commands and jobs call `transition`.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from app.db import field_rights, session
from app.records import timeline
from app.records.custom import writing
from app.records.events import StepTaken
from app.records.service import RecordService
from app.records.values import all_or_nothing, flush
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, MissingFields
from app.sdk.events import announce
from app.sdk.workflow import Transition, Workflow, kind_of

T = TypeVar("T")


class LifeCycleService(RecordService[T]):
    """Create, update, move and delete one kind of record. Flushes, never commits."""

    workflow: Workflow

    def first_values(self) -> dict[str, Any]:
        """Return what a new record begins with: the first state of the table."""
        return {"state": self.workflow.initial}

    def locked(self, record: T) -> frozenset[str]:
        """Return the fields that the record's state locks; {"*"} is all of them."""
        return self.workflow.read_only(record.state)  # type: ignore[attr-defined]

    @all_or_nothing
    def transition(self, actor: Actor, record_id: int, action: str, values: Mapping[str, Any],
                   version: int | None = None) -> T:
        """Take one step. Raises NotFound, Conflict, Forbidden, MissingFields or InvalidField; nothing then changes."""
        record: Any = self.get_for_update(record_id)
        self.check_version(record, version)
        step, source = self.workflow.step(record.state, action, kind_of(record)), record.state
        actor.require(step.permission)
        refused = self.why_not(actor, record, action)
        if refused:
            raise Conflict(refused)
        values, custom = writing.taken(values)
        field_rights.check(self.model, values, actor)
        clean, reason = self._of_step(step, values)
        clean = self.before_step(actor, record, action, clean)
        self.workflow.apply(record, action, {**clean, "reason": reason})
        self.prepare(actor, record, clean)
        flush(session(), self.model)
        writing.write(actor, record, custom, clean, when=writing.STEP)
        timeline.add_entry(session(), record, "transition", reason,
                           data={"action": action, "source": source, "target": record.state})
        session().flush()
        announce(StepTaken(type(record).record_type(), record.id, action, source, record.state))
        self.after_step(actor, record, action, reason)
        return record  # type: ignore[no-any-return]

    def _of_step(self, step: Transition, values: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
        # A step takes what its dialog asks for, and what the state requires that it leads to.
        target = self.workflow.state(step.target)
        allowed = {*step.asks, *step.required, *target.required} - {"reason"}
        given = {name: value for name, value in values.items() if name != "reason"}
        reason = str(values.get("reason") or "").strip() or None
        if "reason" in step.required and not reason:
            raise MissingFields(["reason"])
        return self._taken(given, allowed), reason

    def before_step(self, actor: Actor, record: T, action: str, values: dict[str, Any]) -> dict[str, Any]:
        """Return the values of a step with what follows from them; a subclass adds its own."""
        return values

    def after_step(self, actor: Actor, record: T, action: str, reason: str | None) -> None:
        """Do what follows a step of its own accord; a subclass fills this in."""

    def why_not(self, actor: Actor, record: T, action: str) -> str | None:
        """Say why a step is refused, or None; the button, REST and `transition` ask the same question."""
        check = getattr(self, f"can_{action}", None)
        return check(actor, record) if check is not None else None
