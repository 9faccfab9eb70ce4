"""What a field of a list offers: values that are offered now, that fit what was typed and what other fields hold."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.db import session
from app.records.dependent import fitting
from app.records.lists import ListedValue, above, listed, lists, offered, paths

MAX_LISTED = 50


def options_of_list(picklist: str, text: str, under: int | None = None,
                    values: list[ListedValue] | None = None) -> list[tuple[int, str]]:
    """Return (id, path) of a list's values that match what was typed, in the order of the tree."""
    found_values = offered(session(), picklist) if values is None else values
    every = listed(session(), picklist)[picklist]
    if under is not None:
        found_values = [value for value in found_values if value.id != under and under in above(every, value.id)]
    found = paths(found_values)
    if text.strip():
        found = [(value, path) for value, path in found if value.matches(text) or text.casefold() in path.casefold()]
    return [(value.id, path) for value, path in found[:MAX_LISTED]]


def dependent_options(picklist: str, text: str, given: Mapping[str, Any], fields_above: Iterable[str],
                      under: int | None = None) -> list[tuple[int, str]]:
    """Return what a dependent list offers under what the fields of the list above hold; all where they hold nothing."""
    info = lists(session()).get(picklist)
    other = info.depends_on if info is not None else None
    values = offered(session(), picklist, company_id=_number(given.get("company")))
    for name in fields_above if other is not None else ():
        key = _value_id(other or "", str(given.get(name, "")))
        if key is not None:
            values = fitting(session(), values, other or "", key)
    return options_of_list(picklist, text, under, values)


def _value_id(picklist: str, raw: str) -> int | None:
    # A field holds the id of a value, or its code.
    return next((value.id for value in listed(session(), picklist)[picklist] if raw in (str(value.id), value.code)),
                None)


def _number(raw: Any) -> int | None:
    return int(raw) if str(raw or "").isdecimal() and len(str(raw)) < 19 else None


def fields_of_list(view: Any, picklist: str) -> list[str]:
    """Return the fields of a view's forms whose values are of a list."""
    from app.web.custom_forms import fields_of_view

    found = [name for name, one in view.option_filters.items() if picklist in (one, getattr(one, "picklist", ""))]
    found += [name for name, code in view.picklist_columns.items() if code == picklist]
    return [*found, *(one.name for one in fields_of_view(view) if one.picklist == picklist)]


def list_of(view: Any, field: str) -> str | None:
    """Return the code of the list that a field's values are of, or None."""
    from app.web.custom_forms import fields_of_view, is_custom

    if is_custom(field):
        return next((one.picklist for one in fields_of_view(view) if one.name == field), None)
    narrowing = view.option_filters.get(field)
    return narrowing if isinstance(narrowing, str) else getattr(narrowing, "picklist", "") or None


def fields_above(view: Any, field: str) -> tuple[str, ...]:
    """Return the fields whose values say which of a dependent list's a field offers."""
    code = list_of(view, field)
    info = lists(session()).get(code) if code else None
    return tuple(fields_of_list(view, info.depends_on)) if info is not None and info.depends_on else ()
