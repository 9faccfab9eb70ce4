"""Rules of custom fields themselves: what an administrator may set up."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from app.addon_system.registry import current_registry
from app.db import session
from app.records.custom import kinds
from app.records.custom.definitions import model_of, record_models
from app.records.custom.models import CustomField, CustomValue
from app.records.permissions import CUSTOM_FIELD_WRITE
from app.records.picklists import Picklist, PicklistValue
from app.records.service import RecordService, require_label
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField
from app.sdk.i18n import _

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
# What never changes, for values, filters and programs rest on it.
_LASTING = ("subject", "code", "kind", "target")
_FLAGS = {"in_form": True, "in_page": True, "in_list": True, "in_filter": True, "in_card": False, "is_searched": True,
          "is_required": False, "is_active": True}


class CustomFieldService(RecordService[CustomField]):
    """Fields that an administrator adds. Every process shows a new one at the next click."""

    def update(self, actor: Actor, record_id: int, values: Mapping[str, Any],
               version: int | None = None) -> CustomField:
        present = self.get_for_update(record_id)
        for name in _LASTING:
            if (values.get(name, getattr(present, name)) or "") != (getattr(present, name) or ""):
                raise InvalidField(name, _("This never changes once it is there."))
        given = values.get("picklist", values.get("picklist_id", present.picklist_id))
        if present.picklist_id is not None and getattr(given, "id", given) != present.picklist_id and (
                _has_values(present)):
            raise InvalidField("picklist", _("Records have values of this list. Make a new field for another one."))
        return super().update(actor, record_id, values, version)

    def prepare(self, actor: Actor, record: CustomField, values: Mapping[str, Any]) -> None:
        require_label(values, "label")
        for name, default in _FLAGS.items():
            if getattr(record, name) is None:
                setattr(record, name, default)
        record.sequence = 10 if record.sequence is None else record.sequence
        if not _CODE.fullmatch(record.code or ""):
            raise InvalidField("code", _("Use small letters, digits and underscores, and begin with a letter."))
        if record.subject not in record_models():
            raise InvalidField("subject", _("Choose an entry of the list."))
        if record.kind not in kinds.LABELS:
            raise InvalidField("kind", _("Choose an entry of the list."))
        self._check_source(record)
        _check_bounds(record)
        _check_rights(record)
        _check_default(record)
        if (record.is_required or record.required_states) and not record.in_form:
            raise InvalidField("in_form", _("What is required stands on the form."))

    @staticmethod
    def _check_source(record: CustomField) -> None:
        if (record.kind in kinds.OF_LIST) != (record.picklist_id is not None):
            text = _("Choose the list.") if record.kind in kinds.OF_LIST else _("Only choices have a list.")
            raise InvalidField("picklist", text)
        if record.kind == kinds.RECORD and model_of(record.target) is None:
            raise InvalidField("target", _("Choose the type of record."))
        if record.kind != kinds.RECORD:
            record.target = None

    def check_delete(self, actor: Actor, record: CustomField) -> None:
        if _has_values(record):
            raise Conflict(_("Records have values in this field. Switch it off instead."))


def _has_values(record: CustomField) -> bool:
    found = select(CustomValue.id).where(CustomValue.field_id == record.id).limit(1)
    with session().no_autoflush:
        return session().execute(found).first() is not None


def _check_bounds(record: CustomField) -> None:
    read = {kinds.NUMBER: kinds.number, kinds.DATE: kinds.day}.get(record.kind)
    bounds = []
    for name in ("minimum", "maximum"):
        said = getattr(record, name)
        if said is not None and read is None:
            raise InvalidField(name, _("Only numbers and dates have bounds."))
        bounds.append(read(said) if said is not None and read is not None else None)
        if said is not None and bounds[-1] is None:
            raise InvalidField(name, _("This must be a number.") if record.kind == kinds.NUMBER
                               else _("This is not a date."))
    if None not in bounds and bounds[0] > bounds[1]:  # type: ignore[operator]
        raise InvalidField("maximum", _("The highest value is below the lowest."))
    if record.max_length is not None and not 1 <= record.max_length <= kinds.MAX_LONG:
        raise InvalidField("max_length", _("Give a number from 1 to %(number)s.", number=kinds.MAX_LONG))
    if record.pattern:
        try:
            re.compile(record.pattern)
        except re.error:
            raise InvalidField("pattern", _("This is no regular expression.")) from None


def _check_rights(record: CustomField) -> None:
    known = current_registry().permissions
    for name in ("read_right", "edit_right"):
        if getattr(record, name) and getattr(record, name) not in known:
            raise InvalidField(name, _("There is no such right."))


def _check_default(record: CustomField) -> None:
    said = record.default_value
    if not said:
        return
    wrong = InvalidField("default_value", _("A field of this kind cannot begin with this value."))
    if record.kind in kinds.OF_LIST:
        with session().no_autoflush:
            if session().execute(select(Picklist.source_type).where(Picklist.id == record.picklist_id)).scalar():
                raise wrong
        codes = {code.strip() for code in said.split(",")} if record.kind == kinds.CHOICES else {said}
        known = select(PicklistValue.code).join(Picklist, Picklist.id == PicklistValue.picklist_id).where(
            Picklist.id == record.picklist_id, PicklistValue.code.in_(codes))
        with session().no_autoflush:
            if len(set(session().execute(known).scalars())) != len(codes):
                raise wrong
        return
    checks: dict[str, Callable[[], bool]] = {
        kinds.NUMBER: lambda: kinds.number(said) is not None, kinds.BOOL: lambda: said in ("true", "false"),
        kinds.DATE: lambda: said == "today" or kinds.day(said) is not None, kinds.MOMENT: lambda: said == "now",
        kinds.PERSON: lambda: said == "me", kinds.TEXT: lambda: True, kinds.LONG_TEXT: lambda: True,
        kinds.URL: lambda: True,
    }
    if not checks.get(record.kind, lambda: False)():
        raise wrong


custom_field_service = CustomFieldService(
    CustomField, CUSTOM_FIELD_WRITE,
    {"subject", "code", "label", "help", "kind", "picklist", "target", "section", "sequence", "in_form", "in_page",
     "in_list", "in_filter", "in_card", "is_searched", "is_required", "required_states", "default_value", "minimum",
     "maximum", "pattern", "max_length", "read_right", "edit_right", "is_active"},
    {"subject", "code", "label", "kind"},
)
