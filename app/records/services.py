"""Rules of lists of values and number sequences."""

from collections.abc import Mapping
from typing import Any

from app.records.numbering import PERIODS, NumberSequence
from app.records.permissions import NUMBERING_WRITE, PICKLIST_WRITE
from app.records.picklists import Picklist, PicklistValue
from app.records.service import RecordService, require_label
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField
from app.sdk.i18n import _


class PicklistService(RecordService[Picklist]):
    """Lists of values; those that an addon's code reads are not deleted."""

    def prepare(self, actor: Actor, record: Picklist, values: Mapping[str, Any]) -> None:
        require_label(values, "label")

    def check_delete(self, actor: Actor, record: Picklist) -> None:
        if record.is_system or record.addon:
            raise Conflict(_("This list belongs to an addon and cannot be deleted."))


class PicklistValueService(RecordService[PicklistValue]):
    """Values of lists. A code never changes: reports of past years rest on it."""

    def update(self, actor: Actor, record_id: int, values: Mapping[str, Any],
               version: int | None = None) -> PicklistValue:
        present = self.get_for_update(record_id)
        if values.get("code", present.code) != present.code:
            raise InvalidField("code", _("A code never changes once it is there."))
        return super().update(actor, record_id, values, version)

    def prepare(self, actor: Actor, record: PicklistValue, values: Mapping[str, Any]) -> None:
        require_label(values, "label")


class NumberSequenceService(RecordService[NumberSequence]):
    """Number sequences."""

    def prepare(self, actor: Actor, record: NumberSequence, values: Mapping[str, Any]) -> None:
        if record.reset_period is not None and record.reset_period not in PERIODS:
            raise InvalidField("reset_period", _("Choose an entry of the list."))
        if record.padding is not None and not 1 <= record.padding <= 12:
            raise InvalidField("padding", _("Use 1 to 12 digits."))


picklist_service = PicklistService(Picklist, PICKLIST_WRITE, {"code", "label", "is_tree"}, {"code", "label"})
picklist_value_service = PicklistValueService(
    PicklistValue, PICKLIST_WRITE,
    {"picklist", "code", "label", "parent", "sequence", "colour", "is_default", "is_active"},
    {"picklist_id", "code", "label"},
)
number_sequence_service = NumberSequenceService(
    NumberSequence, NUMBERING_WRITE,
    {"code", "label", "prefix", "suffix", "padding", "step", "next_value", "reset_period", "is_gap_free"},
    {"code", "label"},
)
