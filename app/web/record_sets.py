"""Record sets: the options of a list whose values are the rows of a filter over a type of record."""

from typing import Any
from urllib.parse import parse_qsl

from flask import current_app
from werkzeug.datastructures import MultiDict

from app.db import record_type_of
from app.records.custom import record_sets
from app.records.lists import ListedList
from app.web.custom_filters import offer


def page_of(record_type: str | None) -> Any:
    """Return the page of a type of record, or None where its addon is off."""
    for view in current_app.appbuilder.baseviews:  # type: ignore[attr-defined]
        model = getattr(getattr(view, "datamodel", None), "obj", None)
        if hasattr(view, "shipped_filters") and hasattr(model, "__record_type__") and (
                record_type_of(model) == record_type):
            return view
    return None


def narrowed(info: ListedList, query: Any) -> Any:
    """Narrow a query by the filter of a record set, with the operators of the type's own page."""
    view = page_of(info.source_type)
    filters = offer(view._possible.fresh(), view)
    filters.ask(MultiDict(parse_qsl(info.source_query or "")))
    return filters.get_joined_filters(view._base_filters).apply_all(query)


def options(info: ListedList, text: str) -> list[tuple[int, str]]:
    """Return (id, text) of up to 20 rows that match what was typed and that the reader may see."""
    view = page_of(info.source_type)
    if view is None:
        return []
    return view.datamodel.options(text, narrow=lambda query: narrowed(info, query))  # type: ignore[no-any-return]


def row_of(info: ListedList, key: int) -> Any:
    """Return a row of a record set that the actor may see, or None."""
    view = page_of(info.source_type)
    if view is None:
        return None
    datamodel = view.datamodel
    query = narrowed(info, datamodel.session.query(datamodel.obj)).filter(datamodel.obj.id == key)
    return query.one_or_none()


record_sets.find = row_of
