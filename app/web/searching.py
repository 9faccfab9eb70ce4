"""Narrowing a list: what the address asks for, the chips that say so, and the filter builder."""

from typing import Any

from flask import request

from app.web.custom_forms import FILTER, with_custom
from app.web.filter_builder import asked_columns, only_fields
from app.web.forms import point_to_options
from app.web.list_page import part_url
from app.web.quick_search import add_quick


class Searching:
    """Mixed into RecordView."""

    datamodel: Any
    search_columns: list[str]
    search_form: Any
    _filters: Any

    def _asked_filters(self) -> Any:
        self._filters.ask(request.args)
        add_quick(self._filters, self.datamodel, request.args.get("q", ""))
        return self._filters

    def _filter_builder(self) -> Any:
        names = self._filter_columns()
        return self.render_template("desk/filter_builder.html", view=self, filters=self._asked_filters(),
                                    form=self._filter_form(names), include_cols=names)

    def _searching(self, widgets: dict[str, Any]) -> dict[str, Any]:
        # Of the filters only those that narrow the list now: making all of them takes a fifth of a list's time.
        names = self._filter_columns()
        asked = asked_columns(names)
        found = self._get_search_widget(form=self._filter_form(asked), widgets=widgets)
        found["search"].template_args.update(include_cols=asked, builder_url=part_url("filters") if names else "")
        return found  # type: ignore[no-any-return]

    def _filter_columns(self) -> list[str]:
        return [*self.search_columns, *self.custom_columns("in_filter")]

    def _filter_form(self, names: list[str]) -> Any:
        form = with_custom(only_fields(self.search_form, frozenset(names)), self, place=FILTER).refresh()
        point_to_options(form, self)
        return form
