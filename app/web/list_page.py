"""What a list's page says beside its rows: addresses that keep the filters, pages, chips of what is filtered."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.urls import iri_to_uri
from wtforms import DateField

from app.sdk.i18n import _, _n
from app.web.fields import MomentField, RemoteSelectField

SIZES = (25, 50, 100, 200)
CAP = 10_000
AROUND = 2


@dataclass(frozen=True, slots=True)
class Chip:
    """One active filter, in words, with the address of the list without it."""

    label: str
    operator: str
    value: str
    without: str


def url_with(_drop: str | tuple[str, ...] = (), **changes: Any) -> str:
    """Return the present address with some arguments changed, dropped (None or `_drop`) or added."""
    dropped = (_drop,) if isinstance(_drop, str) else _drop
    kept = MultiDict((name, value) for name, value in request.args.items(multi=True)
                     if name not in changes and name not in dropped)
    for name, value in changes.items():
        if value is not None:
            kept.add(name, str(value))
    query = urlencode(list(kept.items(multi=True)))
    return f"{iri_to_uri(request.path)}?{query}" if query else iri_to_uri(request.path)


def sort_url(column: str, view: str, now: str) -> str:
    """Return the address that sorts by a column, the other way round where the list is sorted by it already."""
    direction = "desc" if now == "asc" else "asc"
    return url_with(**{f"_oc_{view}": column, f"_od_{view}": direction, f"page_{view}": None})


def sorted_by(column: str, view: str, default: Any = None) -> str:
    """Return asc or desc where the list is sorted by this column, else nothing."""
    chosen = request.args.get(f"_oc_{view}")
    if chosen:
        return str(request.args.get(f"_od_{view}", "asc")) if chosen == column else ""
    return str(default[1]) if default and default[0] == column else ""


def count_text(count: int, page: int, size: int) -> str:
    """Return "1–25 of 312", or "of more than 10,000" where counting stopped there."""
    first, last = page * size + 1, min((page + 1) * size, count)
    if count > CAP:
        return _("%(first)s–%(last)s of more than %(number)s", first=first, last=last, number=f"{CAP:,}")
    return _("%(first)s–%(last)s of %(number)s", first=first, last=last, number=f"{count:,}")


def total_text(count: int) -> str:
    """Return the number of rows in words."""
    if count > CAP:
        return _("more than %(number)s", number=f"{CAP:,}")
    return str(_n("%(num)s entry", "%(num)s entries", count))


def page_numbers(page: int, size: int, count: int) -> list[int | None]:
    """Return the pages to link: the first, the last and those around; None stands for a gap."""
    last = max(0, (count - 1) // size)
    wanted = sorted({0, last, *range(max(0, page - AROUND), min(last, page + AROUND) + 1)})
    found: list[int | None] = []
    for number in wanted:
        if found and isinstance(found[-1], int) and number - found[-1] > 1:
            found.append(None)
        found.append(number)
    return found


def headings(columns: Any, labels: Any) -> list[tuple[str, str, str]]:
    """Return (name, its CSS class, label) of each column: labels are translated once a page, not once a row."""
    return [(name, f"col-{name.replace('.', '-')}", str(labels.get(name) or name)) for name in columns]


def offered(filters: Any, form: Any, columns: Any) -> list[dict[str, Any]]:
    """Return the columns that can be filtered, each with its operators as (argument name, label)."""
    known, words, for_times = filters.get_search_filters(), _operators(), _operators_of_times()
    found = []
    for name in columns:
        if name not in known or name not in form:
            continue
        field = form[name]
        said = {**words, **for_times} if isinstance(field, MomentField | DateField) else words
        operators = [(f"_flt_{number}_{name}", said.get(kind.arg_name) or str(kind.name))
                     for number, kind in enumerate(known[name])]
        found.append({"name": name, "field": field, "label": str(field.label.text), "operators": operators})
    return found


def _operators() -> dict[str, str]:
    return {"eq": _("is"), "neq": _("is not"), "rel_o_m": _("is"), "nrel_o_m": _("is not"), "rel_m_m": _("includes"),
            "gt": _("is more than"), "lt": _("is less than"), "ct": _("contains"), "sw": _("begins with"),
            "in": _("is one of")}


def _operators_of_times() -> dict[str, str]:
    return {"gt": _("is after"), "lt": _("is before")}


def chips(columns: list[dict[str, Any]]) -> list[Chip]:
    """Return the active filters in words; `columns` are those that can be filtered."""
    found = []
    for column in columns:
        for argument, operator in column["operators"]:
            found += [Chip(column["label"], operator, _said(column["field"], value), url_with(argument))
                      for value in request.args.getlist(argument)]
    return found


def _said(field: Any, value: str) -> str:
    if isinstance(field, RemoteSelectField):
        rows = field.datamodel.by_ids([int(value)]) if value.isdecimal() else []
        return str(rows[0]) if rows else _("(hidden)")
    for choice in field.iter_choices() if hasattr(field, "iter_choices") else ():
        if str(choice[0]) == value:
            return str(choice[1])
    if value in ("y", "n") and field.type == "BooleanField":
        return _("Yes") if value == "y" else _("No")
    return value.replace("T", " ")
