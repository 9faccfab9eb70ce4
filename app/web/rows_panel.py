"""The first rows of another list that belong to a record, with the way to all of them: the people of a company."""

from typing import Any

from app.db import session
from app.sdk.actor import Actor
from app.sdk.i18n import LazyString
from app.web.list_links import list_address, page_of
from app.web.panels import Panel

SHOWN = 20


class RowsPanel(Panel):
    """A tab with the rows whose `relation` is the record; the first column leads to each."""

    template = "desk/panels/rows.html"
    is_lazy = True

    def __init__(self, model: type[Any], relation: str, *columns: str, title: LazyString | str, key: str) -> None:
        self.model, self.relation, self.columns, self.title, self.key = model, relation, columns, title, key
        self.permission = f"{model.record_type()}.read"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        page = page_of(self.model)
        datamodel, key = page.datamodel, getattr(self.model, page.datamodel.fk_name(self.relation))
        query = session().query(self.model).filter(key == item.id)
        number = datamodel.count_capped(query)
        order = getattr(self.model, page.base_order[0]) if page.base_order else self.model.id
        found = query.order_by(order, self.model.id).limit(SHOWN).options(*datamodel.loads(self.columns))
        return {
            "columns": [(name, page.label_columns.get(name, name)) for name in self.columns], "number": number,
            "rows": [(f"{page.route_base}/show/{row.id}", self._values(page, row)) for row in found],
            "url": list_address(self.model, (self.relation, "rel_o_m", item.id)),
            "add_url": f"{page.route_base}/add?{self.relation}={item.id}"
            if actor.can(f"{page.class_permission_name}.write") else "",
        }

    def _values(self, page: Any, row: Any) -> list[Any]:
        given = zip(self.columns, page.datamodel.get_values_item(row, self.columns), strict=True)
        return [page.formatters_columns[name](value) if name in page.formatters_columns else value
                for name, value in given]
