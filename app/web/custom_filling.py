"""What each option of a field fills in the form, sent along with it: the page fills what nobody has typed into."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import format_datetime

from app.db import session
from app.records.custom.filling import filled
from app.records.lists import ListedList, listed
from app.sdk.actor import current_actor
from app.web.labels import text_of
from app.web.list_options import list_of
from app.web.record_sets import page_of


def with_fills(view: Any, info: ListedList, options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return options with what each of them fills; one statement for the rows of a record set."""
    if not info.fills:
        return options
    rows = _rows(info, [one["id"] for one in options])
    for one in options:
        chosen = rows.get(one["id"])
        given = filled(info, chosen, current_actor()) if chosen is not None else {}
        fills = {target: _sent(view, target, value) for target, value in given.items()}
        if fills:
            one["fills"] = fills
    return options


def _rows(info: ListedList, ids: Iterable[int]) -> dict[int, Any]:
    if not info.source_type:
        return {value.id: value for value in listed(session(), info.code)[info.code]}
    view = page_of(info.source_type)
    return {row.id: row for row in view.datamodel.by_ids(ids)} if view is not None else {}


def _sent(view: Any, target: str, value: Any) -> dict[str, str]:
    code = list_of(view, target)
    if code is not None and isinstance(value, str):
        found = next((one for one in listed(session(), code)[code] if one.code == value), None)
        return {"value": str(found.id), "text": str(found)} if found is not None else {"value": "", "text": ""}
    if isinstance(value, bool):
        return {"value": "y" if value else "", "text": ""}
    if isinstance(value, datetime):
        return {"value": format_datetime(value, "yyyy-MM-dd'T'HH:mm"), "text": ""}
    if isinstance(value, date):
        return {"value": value.isoformat(), "text": ""}
    if isinstance(value, str | int | float | Decimal):
        return {"value": str(value), "text": str(value)}
    return {"value": str(value.id), "text": text_of(value)}
