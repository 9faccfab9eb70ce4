"""Custom fields by REST: read and written under `custom_fields: {code: value}`."""

from collections.abc import Iterable
from typing import Any

from app.db import session
from app.records.custom import kinds
from app.records.custom.definitions import chosen, definitions, subject_of
from app.records.custom.values import Held, Reference, of_records
from app.records.custom.writing import KEY
from app.sdk.actor import current_actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _


def set_aside(data: dict[str, Any]) -> dict[str, Any]:
    """Take the custom fields out of a body and return them as a value for the service, {} where there are none."""
    if KEY not in data:
        return {}
    given = data.pop(KEY)
    if not isinstance(given, dict):
        raise InvalidField(KEY, _("Give the custom fields by their codes."))
    return {KEY: given}


def values(model: type[Any], ids: Iterable[int]) -> dict[int, dict[str, Any]] | None:
    """Return {id: {code: value}} of the fields that the caller may see; None where the type of record has none."""
    subject = subject_of(model)
    fields = chosen(definitions(session(), subject), current_actor()) if subject else []
    if not fields:
        return None
    found = of_records(session(), subject or "", ids, fields)
    return {key: {one.code: _seen(held[one.code]) if one.code in held else _nothing(one.kind) for one in fields}
            for key, held in found.items()}


def _nothing(kind: str) -> Any:
    return [] if kind == kinds.CHOICES else None


def _seen(held: Held) -> Any:
    # Whoever may not see a record is not told which one it is.
    hidden = any(isinstance(value, Reference) and value.is_known and value.row is None for value in held.values)
    return None if hidden else held.plain


class CustomRest:
    """Mixed into RecordApi."""

    datamodel: Any

    def pre_get(self, data: dict[str, Any]) -> None:
        """Add them to one record."""
        found = values(self.datamodel.obj, [int(data["id"])])
        if found is not None:
            data["result"][KEY] = found[int(data["id"])]

    def pre_get_list(self, data: dict[str, Any]) -> None:
        """Add them to each record of a page; one statement."""
        found = values(self.datamodel.obj, data["ids"])
        if found is not None:
            for key, result in zip(data["ids"], data["result"], strict=True):
                result[KEY] = found[key]
