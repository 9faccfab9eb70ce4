"""What a list's page says beside its rows: addresses that keep the filters, headings, pages."""

from typing import Any
from urllib.parse import urlencode

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.urls import iri_to_uri

from app.sdk.i18n import _, _n

SIZES = (25, 50, 100, 200)
CAP = 10_000
AROUND = 2
PLACES = ("after_", "before_")
PAGES = ("page_", *PLACES)


def url_with(_drop: str | tuple[str, ...] = (), **changes: Any) -> str:
    """Return the present address with some arguments changed, dropped (None or `_drop`) or added."""
    dropped = (_drop,) if isinstance(_drop, str) else _drop
    # A place in the list is one of its present order and filters: it is named anew or left out.
    kept = MultiDict((name, value) for name, value in request.args.items(multi=True)
                     if name not in changes and name not in dropped and not name.startswith(PLACES))
    for name, value in changes.items():
        if value is not None:
            kept.add(name, str(value))
    query = urlencode(list(kept.items(multi=True)))
    return f"{iri_to_uri(request.path)}?{query}" if query else iri_to_uri(request.path)


def part_url(part: str) -> str:
    """Return the present address for a part of the page that is fetched by itself."""
    return url_with(part=part)


def url_less(argument: str, value: str | None = None) -> str:
    """Return the present address without an argument, or without one of its values, and from the first page on."""
    left = [other for other in request.args.getlist(argument) if value is not None and other != value]
    kept = [(name, given) for name, given in request.args.items(multi=True)
            if name != argument and not name.startswith(PAGES)]
    query = urlencode([*kept, *((argument, other) for other in left)])
    return f"{iri_to_uri(request.path)}?{query}" if query else iri_to_uri(request.path)


def is_of_filters(argument: str) -> bool:
    """Say whether an argument narrows the list, or says where in it one is or which part: what a filter replaces."""
    return argument in ("q", "part") or argument.startswith(("_flt_", *PAGES))


def cleared_url() -> str:
    """Return the address of the whole list, shown and sorted as it is now."""
    kept = [(name, value) for name, value in request.args.items(multi=True)
            if name != "view" and not is_of_filters(name)]
    # Without any argument the list would open with what the reader has chosen for that.
    return f"{iri_to_uri(request.path)}?{urlencode([*kept, ('view', 'all')])}"


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
