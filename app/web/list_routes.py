"""The routes of a list beside the list itself: which columns it shows, and taking it away as a file."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

import structlog
from flask import request
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_appbuilder.urltools import get_order_args
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.db import Audited, Record, field_rights, record_type_of, session, system_scope
from app.records import audit
from app.records.custom.definitions import chosen
from app.records.permissions import LIST_EXPORT
from app.sdk.actor import current_actor, current_context
from app.sdk.errors import BusinessError, InvalidField
from app.sdk.i18n import _
from app.web.custom_forms import fields_of_view
from app.web.export import AT_ONCE, LIMIT, MIME_TYPES, Export
from app.web.files import send_table
from app.web.keyset import Page, Place, decode, encode
from app.web.list_page import headings, url_with
from app.web.list_settings import COMFORTABLE, COMPACT, arrange, page_key, setting
from app.web.record_routes import go_to

log = structlog.get_logger(__name__)
DENSITIES = (COMFORTABLE, COMPACT)


class ListRoutes:
    """Mixed into RecordView."""

    list_columns: list[str]
    # Columns that a reader may add to the list, each for themselves.
    optional_columns: Sequence[str] = ()
    label_columns: Any
    order_columns: list[str]
    datamodel: Any
    route_base: str

    def possible_columns(self) -> list[str]:
        """Return every column that the list can show to the reader."""
        own = field_rights.shown(self.datamodel.obj, [*self.list_columns, *self.optional_columns])
        return list(dict.fromkeys([*own, *self.custom_columns("in_list")]))

    def custom_columns(self, place: str) -> list[str]:
        """Return the custom fields that the reader sees at a place."""
        return [one.name for one in chosen(fields_of_view(self), current_actor(), place=place)]

    def columns_shown(self) -> list[str]:
        """Return the columns that the reader has chosen, in their order; those of the page where they chose none."""
        chosen, possible = setting(self, "columns"), set(self.possible_columns())
        kept = [name for name in chosen if name in possible] if isinstance(chosen, list) else []
        return list(dict.fromkeys(kept)) or field_rights.shown(self.datamodel.obj, self.list_columns)

    def density(self) -> str:
        """Return how close the rows stand."""
        chosen = setting(self, "density")
        return chosen if chosen in DENSITIES else COMFORTABLE

    # Pages by place, where there are too many rows for numbers --------------------------------------------------------

    def place_asked(self, column: Any) -> Place | None:
        """Return the place in the list that the address names, in the order of a column."""
        for argument, backwards in (("before", True), ("after", False)):
            found = decode(request.args.get(f"{argument}_{type(self).__name__}", ""), column, backwards=backwards)
            if found is not None:
                return found
        return None

    def steps_to(self, page: Page) -> dict[str, str] | None:
        """Return the addresses of the first, the previous and the next page; None where pages have numbers."""
        if not page.is_by_place:
            return None
        name, found = type(self).__name__, {}
        if page.before is not None:
            found = {"first": url_with(**{f"page_{name}": None}),
                     "before": url_with(**{f"page_{name}": None, f"before_{name}": encode(page.before)})}
        if page.after is not None:
            found["after"] = url_with(**{f"page_{name}": None, f"after_{name}": encode(page.after)})
        return found

    def sortable_now(self, page: Page) -> list[str]:
        """Return the columns that the rows can be sorted by: so many only by those that have an index."""
        if page.is_by_place:
            return [name for name in self.order_columns if self.datamodel.is_indexed(name)]
        return [*self.order_columns, *self.custom_columns("in_list")]

    @expose("/columns", methods=["GET", "POST"])
    @has_access
    @permission_name("columns")
    def columns(self) -> Any:
        """Show the choice of columns, or keep it."""
        if request.method == "POST":
            self._arrange()
            return go_to(self._list_with(request.form.get("query", "")))
        shown = self.columns_shown()
        rest = [name for name in self.possible_columns() if name not in shown]
        labels = {name: label for name, _css, label in headings([*shown, *rest], self.label_columns)}
        return self.render_template(  # type: ignore[attr-defined]
            "desk/list_columns.html", view=self, shown=shown, rest=rest, labels=labels, density=self.density(),
            query=request.args.get("query", ""), back_url=self._list_with(request.args.get("query", "")))

    def hides_all(self) -> bool:
        """Say whether there are rows of which the reader may see none: asked only where a list is empty."""
        model = self.datamodel.obj
        anything = select(model.id).limit(1)
        if issubclass(model, Record):
            anything = anything.where(model.deleted_at.is_(None))
        with system_scope():
            return session().execute(anything).first() is not None

    # Export --------------------------------------------------------------------------------------------------------

    def may_export(self) -> bool:
        """Say whether the reader may take the list away as a file."""
        return current_actor().can(LIST_EXPORT)

    def may_import(self) -> bool:
        """Say whether the reader may bring such records in from a file."""
        from app.exchange.targets import is_importable, may_import

        return is_importable(self) and may_import(self, current_actor())

    @expose("/export", methods=["POST"])
    @has_access
    @permission_name("export")
    def export(self) -> Response:
        """Send what the filters leave as a file, and note who took it; what takes longer is made by a job."""
        current_actor().require(LIST_EXPORT)
        kind = request.form.get("format", "")
        if kind not in MIME_TYPES:
            raise InvalidField("format", _("Choose an entry of the list."))
        filters = self._asked_filters().get_joined_filters(self._base_filters)  # type: ignore[attr-defined]
        count = self.datamodel.count_up_to(filters, LIMIT + 1)
        if count > LIMIT:
            raise BusinessError(_("At most %(number)s rows can be exported at once. Filter the list first.",
                                  number=f"{LIMIT:,}"), code="list.too_long")
        made = Export(self, filters, self._order_of_export(), self.columns_shown(), current_context())
        self._note(kind, count, made)
        if count > AT_ONCE[kind]:
            from app.exchange.exports import export_service

            return go_to(f"/exchange/exports/{export_service.order(current_actor(), made, kind, count).id}")
        title = str(self.list_title)  # type: ignore[attr-defined]
        return send_table(made, kind, name=page_key(self).rsplit("/", 1)[-1], title=title)

    def _order_of_export(self) -> tuple[str, str]:
        usual = getattr(self, "base_order", None) or ("", "")
        order = get_order_args().get(type(self).__name__, usual)
        return order if self.datamodel.is_indexed(order[0]) else usual

    def _note(self, kind: str, count: int, made: Export) -> None:
        model = self.datamodel.obj
        record_type = record_type_of(model) if issubclass(model, Audited) else model.__tablename__
        said = {"format": kind, "rows": count, "columns": made.columns, "query": request.query_string.decode()[:2000]}
        audit.write(session(), record_type, 0, "export", {name: (None, value) for name, value in said.items()})
        log.info("list exported", list=page_key(self), **said)

    def _arrange(self) -> None:
        if request.form.get("reset"):
            arrange(self, columns=None, density=None)
            return
        possible, density = set(self.possible_columns()), request.form.get("density")
        columns = [name for name in dict.fromkeys(request.form.getlist("column")) if name in possible]
        # What is as the page has it is no choice: who never chose gets a column that a new version adds.
        arrange(self, columns=columns if columns and columns != self.list_columns else None,
                density=density if density in DENSITIES[1:] else None)

    def _list_with(self, query: str) -> str:
        kept = parse_qsl(query, max_num_fields=500)
        return f"{self.route_base}/list/{'?' if kept else ''}{urlencode(kept)}"
