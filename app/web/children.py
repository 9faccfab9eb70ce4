"""Rows that live on another record's page: the members of a group, the values of a list."""

from typing import Any

from sqlalchemy import select

from app.db import session
from app.sdk.actor import Actor
from app.sdk.i18n import LazyString
from app.web.panels import Panel
from app.web.record_view import RecordView


class ChildView(RecordView):
    """A view whose rows belong to a parent; after a change one is back on the parent's page."""

    parent: str = ""
    parent_route: str = ""
    # The tab of the parent's page to go back to, where it is none that this file makes.
    tab: str = ""

    def url_of(self, pk: Any) -> str:
        """Return the address of the parent's page."""
        key = getattr(self.datamodel.obj, self.datamodel.fk_name(self.parent))
        parent_id = session().execute(select(key).where(self.datamodel.obj.id == int(pk))).scalar()
        return self._parent_page(parent_id)

    def after_delete(self, item: Any) -> str:
        """Return the address of the parent's page."""
        return self._parent_page(getattr(item, self.datamodel.fk_name(self.parent)))

    def _parent_page(self, parent_id: Any) -> str:
        # One is back where one was: at the rows of this kind.
        parents = (one for one in self.appbuilder.baseviews if getattr(one, "route_base", "") == self.parent_route)
        key = self.tab or next((panel.key for one in parents for panel in getattr(one, "panels", ())
                    if isinstance(panel, ChildrenPanel) and panel.view.__name__ == type(self).__name__), "")
        return f"{self.parent_route}/show/{parent_id}{f'?tab={key}' if key else ''}"


class ChildrenPanel(Panel):
    """The rows of a child view that belong to the record, with buttons to add, change and remove."""

    template = "desk/panels/children.html"

    def __init__(self, view: type[ChildView], *columns: str, title: LazyString | str, key: str,
                 add_label: LazyString | str, limit: int = 200) -> None:
        self.view, self.columns, self.title, self.key = view, columns, title, key
        self.add_label, self.limit = add_label, limit

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        child = self._instance(view)
        rows = self._rows(child.datamodel, item)
        may_write = actor.can(child.service.write)
        return {
            "columns": [(name, child.label_columns.get(name, name)) for name in self.columns],
            "rows": [self._row(child, row) for row in rows[: self.limit]], "count": min(len(rows), self.limit),
            "has_more": len(rows) > self.limit,
            "may_write": may_write, "add_label": self.add_label,
            "add_url": f"{child.route_base}/add?{child.parent}={item.id}", "quick": self._quick(child),
        }

    def _quick(self, child: Any) -> dict[str, str] | None:
        """Return what is needed to add a row on the spot: where all that it says is one relation."""
        asked = [name for name in child.add_columns if name != child.parent]
        if len(asked) != 1 or not child.datamodel.is_relation(asked[0]):
            return None
        return {"url": f"{child.route_base}/add", "parent": child.parent, "name": asked[0],
                "id": f"{self.key}-{asked[0]}", "label": str(child.label_columns.get(asked[0], asked[0])),
                "options": f"{child.route_base}/options/{asked[0]}"}

    def _instance(self, view: Any) -> Any:
        # Another addon may have extended the child's class: it is found by its name.
        made = view.appbuilder.instances
        return next(one for cls, one in made.items() if cls.__name__ == self.view.__name__)

    def _rows(self, datamodel: Any, item: Any) -> list[Any]:
        model = datamodel.obj
        key = getattr(model, datamodel.fk_name(self.view.parent))
        order = model.sequence if "sequence" in datamodel.list_columns else model.id
        query = session().query(model).filter(key == item.id).order_by(order, model.id).limit(self.limit + 1)
        return list(query.options(*datamodel.loads(self.columns)))

    def _row(self, child: Any, row: Any) -> dict[str, Any]:
        values = child.datamodel.get_values_item(row, self.columns)
        formatters = child.formatters_columns
        shown = [formatters[name](value) if name in formatters else value
                 for name, value in zip(self.columns, values, strict=True)]
        return {"id": row.id, "values": shown, "label": str(row), "edit_url": f"{child.route_base}/edit/{row.id}",
                "delete_url": f"{child.route_base}/delete/{row.id}"}
