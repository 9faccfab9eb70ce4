"""Rules of number sequences, states and canned replies; those of lists of values are told on."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.db import session
from app.records.canned_replies import PLACEHOLDERS, USES, CannedReply, unknown_places
from app.records.intervals import RecordInterval
from app.records.list_services import picklist_service, picklist_value_service
from app.records.lists import listed
from app.records.numbering import PERIODS, NumberSequence
from app.records.permissions import CANNED_REPLY_WRITE, NUMBERING_WRITE, WORKFLOW_WRITE
from app.records.service import RecordService, require_label
from app.records.workflow_overrides import WorkflowOverride
from app.sdk import clock, i18n, workflow
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField
from app.sdk.i18n import _

MAX_CANNED = 10_000
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


class NumberSequenceService(RecordService[NumberSequence]):
    """Number sequences."""

    def prepare(self, actor: Actor, record: NumberSequence, values: Mapping[str, Any]) -> None:
        if record.reset_period is not None and record.reset_period not in PERIODS:
            raise InvalidField("reset_period", _("Choose an entry of the list."))
        if record.padding is not None and not 1 <= record.padding <= 12:
            raise InvalidField("padding", _("Use 1 to 12 digits."))
        if "reset_period" in values:
            # The present period counts as begun: a new rule of resetting must not go back to numbers that are taken.
            record.current_period = clock.now().strftime(PERIODS[record.reset_period or "never"])
        if record.step is not None and record.step < 1:
            raise InvalidField("step", _("Give a number of at least 1."))
        if record.next_value is not None and record.next_value < 0:
            raise InvalidField("next_value", _("Give a number of at least 0."))


class WorkflowOverrideService(RecordService[WorkflowOverride]):
    """How states are named and coloured, which are offered, and states that an administrator adds.

    Categories stay as the life cycle declares them; an added state has that of its base.
    """

    def prepare(self, actor: Actor, record: WorkflowOverride, values: Mapping[str, Any]) -> None:
        found = workflow.known.get(record.workflow)
        if found is None:
            raise InvalidField("workflow", _("Choose an entry of the list."))
        record.kind, record.base = record.kind or "", record.base or None
        kinds = {value.code for value in listed(session(), found.kinds)[found.kinds]} if found.kinds else set()
        if record.kind and record.kind not in kinds:
            raise InvalidField("kind", _("This life cycle has no such type."))
        declared = {state.code for state in found.states}
        if record.base:
            self._check_added(record, found, declared)
        elif record.state not in declared:
            raise InvalidField("state", _("This life cycle has no such state. To add one, say which it stands for."))
        elif record.kind and (record.colour or any((record.label or {}).values())):
            # Lists and badges know the state, not the type.
            raise InvalidField("kind", _("A state can be hidden for one type; its name and colour are for every type."))
        if record.is_hidden and record.state == found.initial:
            raise InvalidField("is_hidden", _("The first state cannot be hidden: every record begins in it."))

    def update(self, actor: Actor, record_id: int, values: Mapping[str, Any],
               version: int | None = None) -> WorkflowOverride:
        present = self.get_for_update(record_id)
        for name in ("workflow", "state", "kind", "base"):
            # Records and reports rest on them.
            if (values.get(name, getattr(present, name)) or "") != (getattr(present, name) or ""):
                raise InvalidField(name, _("This never changes once it is there."))
        return super().update(actor, record_id, values, version)

    @staticmethod
    def _check_added(record: WorkflowOverride, found: workflow.Workflow, declared: set[str]) -> None:
        if found.own_states is None:
            raise InvalidField("base", _("No states can be added to this life cycle."))
        if record.base not in declared:
            raise InvalidField("base", _("Choose a state of the life cycle."))
        if record.state in declared or not _CODE.fullmatch(record.state or ""):
            raise InvalidField("state", _("Use a new code of small letters, digits and underscores."))
        if not any((record.label or {}).values()):
            raise InvalidField("label", _("Give the new state a name."))
        twins = select(WorkflowOverride.base).where(
            WorkflowOverride.workflow == record.workflow, WorkflowOverride.state == record.state,
            WorkflowOverride.id.is_distinct_from(record.id))
        with session().no_autoflush:
            if any(base != record.base for base in session().execute(twins).scalars()):
                raise InvalidField("base", _("The state stands for another one already."))

    def check_delete(self, actor: Actor, record: WorkflowOverride) -> None:
        used = select(RecordInterval.id).where(RecordInterval.state == record.state).limit(1)
        if record.base and session().execute(used).first() is not None:
            raise Conflict(_("Records have been in this state. Hide it instead of deleting it."))


class CannedReplyService(RecordService[CannedReply]):
    """Texts that are written often. A placeholder that nothing fills is refused: a customer would read it."""

    def prepare(self, actor: Actor, record: CannedReply, values: Mapping[str, Any]) -> None:
        require_label(values, "name")
        require_label(values, "text")
        record.use = record.use or "both"
        record.sequence = 10 if record.sequence is None else record.sequence
        if record.use not in USES:
            raise InvalidField("use", _("Choose an entry of the list."))
        texts = (record.text or {}).values()
        if any(len(text) > MAX_CANNED for text in texts):
            raise InvalidField("text", _("A text has at most %(number)s characters.", number=MAX_CANNED))
        unknown = [name for text in texts for name in unknown_places(text)]
        if unknown:
            known = i18n.listed(f"{{{{{name}}}}}" for name in PLACEHOLDERS)
            raise InvalidField("text", _("Nothing fills “%(name)s”. There are: %(known)s.",
                                         name=f"{{{{{unknown[0]}}}}}", known=known))


number_sequence_service = NumberSequenceService(
    NumberSequence, NUMBERING_WRITE,
    {"code", "company", "label", "prefix", "suffix", "padding", "step", "next_value", "reset_period", "is_gap_free"},
    {"code", "label"},
)
workflow_override_service = WorkflowOverrideService(
    WorkflowOverride, WORKFLOW_WRITE, {"workflow", "state", "kind", "base", "label", "colour", "is_hidden"},
    {"workflow", "state"},
)
canned_reply_service = CannedReplyService(
    CannedReply, CANNED_REPLY_WRITE, {"name", "text", "group", "use", "sequence", "is_active"}, {"name", "text"},
)

__all__ = [
    "canned_reply_service", "number_sequence_service", "picklist_service", "picklist_value_service",
    "workflow_override_service",
]
