"""What a choice fills besides: attributes of a value or columns of a record, into fields that are empty."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import inspect

from app.db import field_rights
from app.records.lists import ListedList, ListedValue
from app.sdk.actor import Actor

_PLAIN = (str, int, float, bool, Decimal, date, datetime)


def filled(info: ListedList, chosen: Any, actor: Actor) -> dict[str, Any]:
    """Return {field: value} of what a choice fills: plain values, or rows that the actor may see."""
    found = {target: _read(chosen, source, actor) for target, source in (info.fills or {}).items()}
    return {target: value for target, value in found.items() if value is not None}


def _read(chosen: Any, source: str, actor: Actor) -> Any:
    if isinstance(chosen, ListedValue):
        attributes: Mapping[str, Any] = chosen.attributes or {}
        return attributes.get(source)
    mapper = inspect(type(chosen))
    if source not in mapper.attrs or field_rights.is_hidden(type(chosen), source, actor):
        return None
    value = getattr(chosen, source)
    if source in mapper.relationships:
        return value if not mapper.relationships[source].uselist else None
    return value if isinstance(value, _PLAIN) else None
