"""Number sequences, with the number that would come next."""

from typing import Any

from app.records.numbering import NumberSequence
from app.records.services import number_sequence_service
from app.sdk.actor import Actor
from app.sdk.i18n import _l
from app.web.interface import Interface
from app.web.panels import AuditPanel, FieldsPanel
from app.web.record_view import RecordView

RESET_PERIODS = {"never": _l("Never"), "year": _l("Each year"), "month": _l("Each month"), "day": _l("Each day")}


class PreviewPanel(FieldsPanel):
    """The next number, made by the same code that will make it."""

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        return {"rows": [("preview", _l("Next number"), item.preview())]}


class NumberSequenceView(RecordView):
    """How the numbers of each kind of record look, and which comes next."""

    datamodel = Interface(NumberSequence)
    service = number_sequence_service
    class_permission_name = "number_sequence"
    route_base = "/records/number-sequences"
    label, label_plural = _l("Number sequence"), _l("Number sequences")
    label_columns = {
        "code": _l("Code"), "company": _l("Company"), "label": _l("Label"), "prefix": _l("Prefix"),
        "suffix": _l("Suffix"),
        "padding": _l("Digits"), "step": _l("Step"), "next_value": _l("Next value"),
        "reset_period": _l("Starts again"), "is_gap_free": _l("Without gaps"), "preview": _l("Next number"),
    }
    description_columns = {
        "company": _l("Only for records of this company; empty for all that have no sequence of their own."),
        "prefix": _l("May hold parts of the date, such as %Y for the year."),
        "is_gap_free": _l("Records wait for one another; for legal papers."),
    }
    list_columns = ["label", "code", "company", "prefix", "padding", "next_value", "reset_period", "is_gap_free",
                    "preview"]
    search_columns = ["code", "company", "prefix", "reset_period", "is_gap_free"]
    add_columns = ["code", "company", "label", "prefix", "suffix", "padding", "step", "next_value", "reset_period",
                   "is_gap_free"]
    edit_columns = ["label", "prefix", "suffix", "padding", "step", "next_value", "reset_period", "is_gap_free"]
    show_columns = add_columns
    base_order = ("code", "asc")
    choice_columns = {"reset_period": RESET_PERIODS}
    panels = [PreviewPanel(title=_l("Preview"), key="preview"), AuditPanel()]
