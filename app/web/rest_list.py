"""A page of a REST resource: by its number at the beginning, by a place in the order as far as one likes.

    GET /api/v1/incident/?q=(page_size:100)     -> {"result": […], "next": "/api/v1/incident/?q=…&after=…"}

Who follows `next` until it is null reads every row once, whatever is added or goes meanwhile. What cannot be asked is
refused by name; nothing is ignored, for a program would take the wrong rows for the right ones.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import prison
from flask import request
from flask_appbuilder.exceptions import FABException
from werkzeug.wrappers import Response

from app.db import field_rights
from app.sdk.i18n import _
from app.web.interface import COUNT_CAP
from app.web.keyset import Place, decode, encode
from app.web.rest import NotAsked

# How far one may leaf by page numbers; further on each page would be slower than the one before.
LAST_ROW = 10_000
ARGUMENTS = frozenset({"q", "after"})


class RestList:
    """Mixed into RecordApi."""

    datamodel: Any
    order_columns: Any
    list_columns: Any
    list_select_columns: Any
    list_model_schema: Any
    model2schemaconverter: Any
    base_order: Any
    page_size: int
    max_page_size: Any

    def get_list_headless(self, **kwargs: Any) -> Response:
        """Answer a page: its rows, their ids, how many there are (10,001 means more than that) and where it goes on."""
        for name in request.args:
            if name not in ARGUMENTS:
                raise NotAsked(name, _("There is no argument “%(name)s”. Filters and order go into “q”.", name=name))
        args, response = kwargs.get("rison") or {}, {}
        chosen = self._chosen(args, self.list_columns)
        self.set_response_key_mappings(response, self.get_list, args, columns=chosen)  # type: ignore[attr-defined]
        schema = self.model2schemaconverter.convert(chosen) if chosen else self.list_model_schema
        filters = self._handle_filters_args(args)  # type: ignore[attr-defined]
        order = self._handle_order_args(args)
        rows = self._page(args, filters, order, chosen or self.list_select_columns, response)
        response["result"], response["ids"] = schema.dump(rows, many=True), self.datamodel.get_keys(rows)
        self.pre_get_list(response)  # type: ignore[attr-defined]
        return self.response(200, **response)  # type: ignore[attr-defined, no-any-return]

    def _page(self, args: Mapping[str, Any], filters: Any, order: tuple[str, str], columns: Iterable[str],
              response: dict[str, Any]) -> list[Any]:
        size, token = self._size(args), request.args.get("after")
        mark = hashlib.sha256(json.dumps([args.get("filters"), *order], default=str).encode()).hexdigest()[:8]
        if token:
            place = self._place(token, mark, order)
            found = self.datamodel.after(filters, *order, place, size + 1, columns)
            response["next"] = self._after(found[size - 1], mark, order) if len(found) > size else None
            return found[:size]  # type: ignore[no-any-return]
        number = args.get("page", 0)
        if number < 0 or number * size > LAST_ROW:
            raise NotAsked("page", _("Pages are numbered from 0 and end after %(number)s rows; go on by “next”.",
                                     number=f"{LAST_ROW:,}"))
        count, rows = self.datamodel.query(filters, *order, page=number, page_size=size, select_columns=columns)
        response["count"], response["next"] = count, None
        if rows and (count >= COUNT_CAP or (number + 1) * size < count):
            response["next"] = self._next(rows[-1], mark, order, count, number)
        return rows  # type: ignore[no-any-return]

    def _next(self, row: Any, mark: str, order: tuple[str, str], count: int, number: int) -> str:
        if order[0] and count < COUNT_CAP and not self.datamodel.is_indexed(order[0]):
            # The order of a list of values has no places; it is for up to 10,000 rows.
            return self._address(page=number + 1)
        return self._after(row, mark, order)

    def _after(self, row: Any, mark: str, order: tuple[str, str]) -> str:
        column = self.datamodel.order_attribute(order[0])
        return self._address(after=f"{mark}.{encode(Place(getattr(row, column.key), row.id))}")

    def _address(self, after: str | None = None, page: int | None = None) -> str:
        asked = request.args.get("q")
        if page is not None:
            asked = prison.dumps({**_rison(asked), "page": page})
        query = {name: value for name, value in (("q", asked), ("after", after)) if value}
        return f"{request.path}?{urlencode(query)}"

    def _place(self, token: str, mark: str, order: tuple[str, str]) -> Place:
        of, _dot, text = token.partition(".")
        column = self.datamodel.order_attribute(order[0])
        place = decode(text, column.property.columns[0]) if of == mark else None
        if place is None:
            raise NotAsked("after", _("This is no place of this list: give “next” as it was answered, with the same "
                                      "filters and order."))
        return place

    def _size(self, args: Mapping[str, Any]) -> int:
        size = args.get("page_size") or self.page_size
        return int(size) if 1 <= size <= self.max_page_size else int(self.max_page_size)

    def _chosen(self, args: Mapping[str, Any], known: Iterable[str]) -> list[str]:
        wanted = [*args.get("columns", ()), *args.get("select_columns", ())]
        shown = field_rights.shown(self.datamodel.obj, known)
        for name in wanted:
            if name not in known:
                raise NotAsked("columns", _("There is no column “%(name)s”.", name=name))
        return [name for name in wanted if name in shown]

    def _handle_order_args(self, rison_args: dict[str, Any]) -> tuple[str, str]:
        name, direction = rison_args.get("order_column", ""), rison_args.get("order_direction", "")
        if not name:
            return self.base_order or ("", "")
        if name not in self.order_columns:
            raise NotAsked("order_column", _("This list cannot be sorted by “%(name)s”.", name=name))
        return name, direction or "asc"

    def _handle_filters_args(self, rison_args: dict[str, Any]) -> Any:
        filters: Any = self._filters  # type: ignore[attr-defined]
        filters.clear_filters()
        for one in rison_args.get("filters", ()):
            try:
                filters.rest_add_filters([one])
            except (FABException, AttributeError, TypeError, KeyError) as error:
                raise NotAsked("filters", _("This list cannot be asked for “%(name)s” by “%(operator)s”.",
                                            name=one["col"], operator=one["opr"])) from error
        return filters.get_joined_filters(self._base_filters)  # type: ignore[attr-defined]


def _rison(text: str | None) -> dict[str, Any]:
    if not text:
        return {}
    try:
        found = prison.loads(text)
    except prison.decoder.ParserException:
        found = json.loads(text)
    return found if isinstance(found, dict) else {}
