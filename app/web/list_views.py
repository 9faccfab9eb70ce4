"""The filters that a list is opened with by a name: those that its page ships, and those that people keep.

    class IncidentView(RecordView):
        shipped_filters = [ShippedFilter("mine", _l("My open"), [("assignee", "me"), ("state", "open")])]

The address says all: the conditions themselves, and `view`, the name they came from. So what was changed since is told,
and a link that somebody was sent shows the same question under the rights of whoever opens it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import request
from werkzeug.urls import iri_to_uri

from app.db import session
from app.records import saved_filters
from app.sdk.actor import Actor, current_actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import LazyString, _
from app.sdk.permissions import Permission
from app.web.drill_filters import argument_of
from app.web.list_settings import page_key, setting

ARGUMENT, ALL = "view", "all"
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ShippedFilter:
    """A filter that a page ships: (column, operator, value), the operator by its name in REST."""

    key: str
    label: LazyString | str
    where: Sequence[tuple[Any, ...]]
    permission: Permission | None = None


@dataclass(frozen=True, slots=True)
class ListView:
    """One filter with a name, as the page's head shows it."""

    key: str
    label: str
    query: Pairs
    url: str
    is_own: bool = False
    shared: str = ""
    id: int | None = None


@dataclass(slots=True)
class ListViews:
    """What the head of a list offers, which of it is the present one, and whether that was changed since."""

    page: str
    shipped: list[ListView]
    kept: list[ListView]
    default: str
    query: str
    current: ListView | None = None
    is_changed: bool = False
    all_url: str = ""
    is_all: bool = False
    own: list[ListView] = field(default_factory=list)
    others: list[ListView] = field(default_factory=list)


def is_kept(argument: str) -> bool:
    """Say whether an argument of a list's address is part of what is asked: conditions, order, way of showing."""
    return argument in ("q", "as") or argument.startswith(("_flt_", "_oc_", "_od_"))


def asked(pairs: Iterable[tuple[str, str]]) -> Pairs:
    """Return the part of an address that is worth keeping."""
    return [(name, value) for name, value in pairs if is_kept(name)]


def query_of(text: str) -> str:
    """Return what may be kept of a query that a form sent. Raises InvalidField for one without end."""
    try:
        return urlencode(asked(parse_qsl(text, max_num_fields=500)))
    except ValueError:
        raise InvalidField("query", _("This filter is too long to be kept.")) from None


def shipped_query(view: Any, shipped: ShippedFilter) -> Pairs:
    """Return the conditions of a shipped filter as arguments. Raises ValueError for an operator that there is not."""
    found = []
    for column, operator, *value in shipped.where:
        argument = argument_of(view, column, operator)
        if argument is None:
            raise ValueError(f"{type(view).__name__}: {shipped.key} asks {column} {operator}")
        found.append((argument, str(value[0]) if value else "1"))
    return found


def list_views(view: Any) -> ListViews:
    """Return the filters that the reader may open a list with; one statement."""
    actor, page, base = current_actor(), page_key(view), f"{view.route_base}/list/"
    shipped = [_made(base, one.key, str(one.label), shipped_query(view, one)) for one in view.shipped_filters
               if one.permission is None or actor.can(one.permission)]
    kept = [_made(base, str(one.id), one.name, parse_qsl(one.query), is_own=one.is_own, shared=one.shared, id=one.id)
            for one in _kept(actor, page)]
    present = asked(request.args.items(multi=True))
    found = ListViews(page, shipped, kept, str(setting(view, "opening") or ""), urlencode(present),
                      all_url=_url(base, ALL, []))
    found.own, found.others = [one for one in kept if one.is_own], [one for one in kept if not one.is_own]
    _mark(found, present)
    return found


def _kept(actor: Actor, page: str) -> list[saved_filters.KeptFilter]:
    return saved_filters.of_page(session(), actor, page) if actor.user_id is not None else []


def _made(base: str, key: str, label: str, query: Pairs, **more: Any) -> ListView:
    return ListView(key, label, query, _url(base, key, query), **more)


def _url(base: str, key: str, query: Pairs) -> str:
    # The way of showing stays, unless the filter is kept with one of its own.
    has_way = any(name == "as" for name, _value in query)
    way = [] if has_way else [("as", given) for given in request.args.getlist("as")[:1]]
    return f"{iri_to_uri(base)}?{urlencode([*query, *way, (ARGUMENT, key)])}"


def _mark(found: ListViews, present: Pairs) -> None:
    named, question = request.args.get(ARGUMENT, ""), _question(present)
    every = [*found.shipped, *found.kept]
    found.current = next((one for one in every if one.key == named), None)
    if found.current is None and question:
        found.current = next((one for one in every if _question(one.query) == question), None)
    found.is_changed = found.current is not None and _question(found.current.query) != question
    found.is_all = found.current is None and not question


def _question(pairs: Pairs) -> Pairs:
    return sorted((name, value) for name, value in pairs if name != "as")


def opening(view: Any) -> str | None:
    """Return the address that the bare list opens with, where the reader has chosen one."""
    wanted = setting(view, "opening")
    if not wanted or request.args:
        return None
    found = list_views(view)
    return next((one.url for one in (*found.shipped, *found.kept) if one.key == str(wanted)), None)
