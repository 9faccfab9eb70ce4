"""Records that belong to one another, as a tree: a list in another way, and the surroundings of one record.

    list_modes = [Tree("company")]        the departments of each company
    panels = [TreePanel(title=_l("Company tree"), key="tree")]
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.db import session
from app.records.picklists import sort_key_zh
from app.sdk.actor import Actor
from app.sdk.i18n import LazyString, _l, bilingual, language
from app.web.labels import hidden_text
from app.web.list_links import page_of
from app.web.list_modes import ListMode
from app.web.names import names_of
from app.web.panels import Panel

MOST = 500


@dataclass(slots=True)
class Node:
    """A record in its tree."""

    id: int
    name: str
    url: str
    is_off: bool = False
    is_here: bool = False
    below: list["Node"] = field(default_factory=list)


def grown(rows: Iterable[Any], url: str, here: int | None = None) -> list[Node]:
    """Return the trees that rows of (id, name, parent id, is active) make; whose parent is not among them is a top."""
    found = {row[0]: (Node(row[0], bilingual(row[1]), f"{url}/show/{row[0]}", not row[3], row[0] == here), row[2])
             for row in rows}
    key = sort_key_zh if language() == "zh" else str.casefold
    tops = []
    for node, above in sorted(found.values(), key=lambda pair: key(pair[0].name)):
        (found[above][0].below if above in found else tops).append(node)
    return tops


class Tree(ListMode):
    """What the list's filters leave, under one another; `sections` is a relation by which the trees stand apart."""

    key, label, icon, template = "tree", _l("Tree"), "sitemap", "desk/modes/tree.html"

    def __init__(self, sections: str = "") -> None:
        self.sections = sections

    def load(self, view: Any, filters: Any) -> dict[str, Any]:
        model, datamodel = view.datamodel.obj, view.datamodel
        query = datamodel.apply_filters(datamodel.session.query(model), filters)
        columns = [model.id, model.name, model.parent_id, model.is_active]
        if self.sections:
            columns.append(getattr(model, datamodel.fk_name(self.sections)))
        rows = query.order_by(None).with_entities(*columns).order_by(model.name, model.id).limit(MOST + 1).all()
        return {"count": min(len(rows), MOST), "has_more": len(rows) > MOST, "most": MOST,
                "sections": self._sections(view, rows[:MOST])}

    def _sections(self, view: Any, rows: list[Any]) -> list[tuple[str, list[Node]]]:
        if not self.sections:
            return [("", grown(rows, view.route_base))] if rows else []
        by_section: dict[int | None, list[Any]] = {}
        for row in rows:
            by_section.setdefault(row[4], []).append(row)
        names = names_of(view.datamodel, self.sections, {key for key in by_section if key is not None})
        told = [("" if key is None else names.get(key, hidden_text()), grown(found, view.route_base))
                for key, found in by_section.items()]
        return sorted(told, key=lambda pair: sort_key_zh(pair[0]))


class TreePanel(Panel):
    """A record among those above and below it, from the top of its tree."""

    template = "desk/panels/tree.html"
    is_lazy = True

    def __init__(self, *, title: LazyString | str, key: str) -> None:
        self.title, self.key = title, key

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        model = type(item)
        rows = tree_of(model, item.id)
        return {"tops": grown(rows[:MOST], page_of(model).route_base, item.id), "has_more": len(rows) > MOST}


def tree_of(model: Any, key: int) -> list[Any]:
    """Return (id, name, parent id, is active) of the tree in which a record stands, as far as the reader sees it.

    Two statements; beyond MOST rows only one more is given.
    """
    above = select(model.id, model.parent_id).where(model.id == key).cte("above", recursive=True)
    above = above.union(select(model.id, model.parent_id).join(above, model.id == above.c.parent_id))
    parents = {row[0]: row[1] for row in session().execute(select(above.c.id, above.c.parent_id))}
    top = key
    while parents.get(top) in parents:
        top = parents[top]
    below = select(model.id).where(model.id == top).cte("below", recursive=True)
    below = below.union(select(model.id).join(below, model.parent_id == below.c.id))
    statement = select(model.id, model.name, model.parent_id, model.is_active).where(model.id.in_(select(below.c.id)))
    return list(session().execute(statement.order_by(model.name).limit(MOST + 1)).all())
