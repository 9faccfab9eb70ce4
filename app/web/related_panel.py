"""What a record is linked with: grouped by what it is to the record, each with its state, as far as one may see it."""

from collections.abc import Iterable
from typing import Any

from app.db import field_rights
from app.db.scopes import mapper_of
from app.records.link_roles import OFFERED, Role
from app.records.links import REMOVED
from app.sdk.actor import Actor
from app.sdk.i18n import _l
from app.web.list_links import page_of
from app.web.names import names_in
from app.web.panels import Panel


class RelationsPanel(Panel):
    """A tab with the links of a record whose service knows `relations`."""

    key, title, template = "relations", _l("Related"), "desk/panels/relations.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        is_inside = view.may_see_internal(actor)
        found = view.service.relations(item, with_hidden=is_inside)
        may_write = view.may_link(actor) and view.permits(item, "write")
        groups: dict[Role, list[dict[str, Any]]] = {}
        for one in found:
            groups.setdefault(one.link.role, []).append(line(one, may_remove=may_write))
        return {"groups": groups, "count": len(found), "may_write": may_write, "roles": OFFERED,
                "open_children": [row for role, rows in groups.items() if role.code == "child" for row in rows
                                  if row["is_open"]],
                "links_url": f"{view.url_base(item.id)}/links", "options_url": f"{view.route_base}/options/other"}


def line(one: Any, *, may_remove: bool) -> dict[str, Any]:
    """Return what a page says of one link."""
    row, found = one.row, {"id": one.link.id, "number": "", "title": "", "url": "", "state": None, "workflow": None,
                           "is_removed": one.link.record_type.startswith(REMOVED)}
    if row is None:
        # Nothing of what one may not see; of what has no page any more what it was called.
        return {**found, "title": one.link.label if one.is_gone else "", "is_hidden": not one.is_gone, "is_open": False,
                "may_remove": may_remove and one.is_gone}
    page = page_of_type(row.type)
    shown = field_rights.shown(page.datamodel.obj if page is not None else object, ["number", "title"])
    return {**found, "number": row.number if "number" in shown else "", "title": row.title if "title" in shown else "",
            "url": page.url_of(row.id) if page is not None else "", "state": row.state, "is_hidden": False,
            "workflow": page.workflow if page is not None else None,
            "is_open": row.state_category in ("open", "paused"),
            "may_remove": may_remove and one.link.role.kind != "merged"}


def page_of_type(record_type: str) -> Any:
    """Return the page of the records of a type, None where there is none."""
    mapper = mapper_of(record_type)
    return page_of(mapper.class_) if mapper is not None else None


def names_of_type(record_type: str, ids: Iterable[int]) -> dict[int, str]:
    """Return what records of a type are called, as far as the reader may see them."""
    page = page_of_type(record_type)
    return names_in(page.datamodel, ids) if page is not None else {}
