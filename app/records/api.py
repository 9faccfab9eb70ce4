"""Lists of values, number sequences, canned replies and the audit log by REST."""

from typing import Any, ClassVar

from app.records.audit import AuditEntry
from app.records.canned_replies import USES, CannedReply
from app.records.custom import kinds
from app.records.custom.models import CustomField
from app.records.custom.services import custom_field_service
from app.records.list_services import picklist_offer_service
from app.records.numbering import NumberSequence
from app.records.picklists import Picklist, PicklistOffer, PicklistValue
from app.records.services import (
    canned_reply_service,
    number_sequence_service,
    picklist_service,
    picklist_value_service,
    workflow_override_service,
)
from app.records.views.numbering import RESET_PERIODS
from app.records.views.picklist import COLOURS
from app.records.workflow_overrides import WorkflowOverride
from app.sdk.i18n import _l
from app.web.audit_filters import AuditSearch
from app.web.audit_list import AuditInterface
from app.web.interface import Interface
from app.web.record_api import RecordApi


class PicklistApi(RecordApi):
    """/api/v1/picklist/"""

    datamodel = Interface(Picklist)
    service = picklist_service
    resource_name = class_permission_name = "picklist"
    edit_columns = ["label", "is_tree", "is_locked", "allows_other", "depends_on_id", "source_type", "source_query",
                    "fills"]
    add_columns = ["code", *edit_columns]
    list_columns = ["id", "addon", "is_system", *add_columns]
    search_columns = ["code", "addon", "depends_on"]


class PicklistValueApi(RecordApi):
    """/api/v1/picklist_value/"""

    datamodel = Interface(PicklistValue)
    service = picklist_value_service
    resource_name, class_permission_name = "picklist_value", "picklist"
    edit_columns = ["label", "parent_id", "sequence", "colour", "icon", "is_default", "is_active", "active_from",
                    "active_to", "company_id", "group_id", "attributes"]
    add_columns = ["picklist_id", "code", *edit_columns]
    list_columns = ["id", *add_columns]
    search_columns = ["picklist", "code", "parent", "is_active"]


class PicklistOfferApi(RecordApi):
    """/api/v1/picklist_offer/"""

    datamodel = Interface(PicklistOffer)
    service = picklist_offer_service
    resource_name, class_permission_name = "picklist_offer", "picklist"
    list_columns = ["id", "value_id", "under_id"]
    add_columns = ["value_id", "under_id"]
    edit_columns = ["under_id"]
    search_columns = ["value", "under"]


class CustomFieldApi(RecordApi):
    """/api/v1/custom_field/"""

    datamodel = Interface(CustomField)
    service = custom_field_service
    resource_name = class_permission_name = "custom_field"
    edit_columns = ["label", "help", "section", "sequence", "picklist_id", "in_form", "in_page", "in_list", "in_filter",
                    "in_card", "is_searched", "is_required", "required_states", "default_value", "minimum", "maximum",
                    "pattern", "max_length", "read_right", "edit_right", "is_active"]
    add_columns = ["subject", "code", "kind", "target", *edit_columns]
    list_columns = ["id", *add_columns]
    search_columns = ["subject", "code", "kind", "picklist", "is_active"]
    choice_columns = {"kind": kinds.LABELS}


class NumberSequenceApi(RecordApi):
    """/api/v1/number_sequence/"""

    datamodel = Interface(NumberSequence)
    service = number_sequence_service
    resource_name = class_permission_name = "number_sequence"
    list_columns = ["id", "code", "company_id", "label", "prefix", "suffix", "padding", "step", "next_value",
                    "reset_period", "is_gap_free"]
    add_columns = ["code", "company_id", "label", "prefix", "suffix", "padding", "step", "next_value", "reset_period",
                   "is_gap_free"]
    edit_columns = ["label", "prefix", "suffix", "padding", "step", "next_value", "reset_period", "is_gap_free"]
    search_columns = ["code", "prefix", "reset_period"]
    choice_columns = {"reset_period": RESET_PERIODS}


class CannedReplyApi(RecordApi):
    """/api/v1/canned_reply/"""

    datamodel = Interface(CannedReply)
    service = canned_reply_service
    resource_name = class_permission_name = "canned_reply"
    list_columns = ["id", "name", "text", "group_id", "use", "sequence", "is_active"]
    add_columns = ["name", "text", "group_id", "use", "sequence", "is_active"]
    edit_columns = add_columns
    search_columns = ["group", "use", "is_active"]
    choice_columns = {"use": USES}


class WorkflowOverrideApi(RecordApi):
    """/api/v1/workflow_override/: how states are called, which are offered, and states that are added."""

    datamodel = Interface(WorkflowOverride)
    service = workflow_override_service
    resource_name, class_permission_name = "workflow_override", "workflow"
    edit_columns = ["label", "colour", "is_hidden"]
    add_columns = ["workflow", "state", "kind", "base", *edit_columns]
    list_columns = ["id", *add_columns]
    search_columns = ["workflow", "state", "is_hidden"]
    label_columns: ClassVar[dict[str, Any]] = {"is_hidden": _l("Hidden")}
    choice_columns = {"colour": COLOURS}


class AuditApi(AuditSearch, RecordApi):
    """/api/v1/audit/: only read; what the caller may not know of a record is masked."""

    datamodel = AuditInterface(AuditEntry)
    resource_name = class_permission_name = "audit"
    exclude_route_methods: ClassVar[set[str]] = {"post", "put", "delete", "transition", "note", "options"}
    list_columns = ["id", "at", "actor_id", "actor_label", "via", "cause", "request_id", "ip", "record_type",
                    "record_id", "action", "field", "old_value", "new_value"]
    add_columns = edit_columns = ["via"]
    search_columns = ["actor_label", "at", "record_type", "record_id", "field", "action", "via", "cause", "ip",
                      "request_id"]
    base_order = ("at", "desc")


APIS = [PicklistApi, PicklistValueApi, PicklistOfferApi, CustomFieldApi, NumberSequenceApi, CannedReplyApi,
        WorkflowOverrideApi, AuditApi]
