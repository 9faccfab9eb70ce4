"""My work: what waits for the reader, over tickets of every type."""

from typing import Any, ClassVar

from flask import request

from addons.ticket.services import my_work
from app.db import field_rights
from app.sdk.actor import current_actor
from app.sdk.errors import NotFound
from app.sdk.i18n import _, _p
from app.sdk.workflow import known
from app.web.keyset import decode, encode
from app.web.list_links import page_of
from app.web.list_page import url_with
from app.web.page import Page, expose, has_access

ROUTE = "/ticket/my-work"
A_PAGE = 25
COLUMNS = ("priority", "caller", "group", "assignee", "opened_at")


class MyWorkView(Page):  # type: ignore[misc]
    """Numbers on top, the list behind the chosen one below; both are asked for anew every minute."""

    route_base = ROUTE
    default_view = "index"
    class_permission_name = "my_work"
    method_permission_name: ClassVar[dict[str, str]] = {"index": "read"}

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show the numbers, and the tickets of one of them."""
        actor = current_actor()
        parts = my_work.parts_of(actor)
        numbers = my_work.counts(parts)
        key = request.args.get("show") or next((part.key for part, _rows in parts if numbers[part.key]), "")
        rows = {part.key: found for part, found in parts}
        if request.args.get("show") and key not in rows:
            raise NotFound
        key = key or next(iter(rows), "")
        after = decode(request.args.get("after", ""), my_work.SORTED_BY)
        tickets, following = my_work.page(rows[key], after, A_PAGE) if key else ([], None)
        return self.render_template(
            "ticket/my_work.html", title=_("My work"), group_label=_p("ticket", "Work group"), base=f"{ROUTE}/",
            chosen=key,
            parts=[(part, numbers[part.key]) for part, _rows in parts], rows=[_shown(one) for one in tickets],
            next_url=url_with(after=encode(following), show=key) if following else "", is_first=after is None)


def _shown(ticket: Any) -> dict[str, Any]:
    # Fields that rules hide from the reader are left empty.
    kind, view = type(ticket), page_of(type(ticket))
    shown = set(field_rights.shown(kind, ("title", "state", "is_vip", *COLUMNS)))
    values = {name: getattr(ticket, name) if name in shown else None for name in COLUMNS}
    return {"number": ticket.number, "title": ticket.title if "title" in shown else "",
            "url": view.url_of(ticket.id) if view is not None else "", "workflow": known.get(ticket.type),
            "state": ticket.state if "state" in shown else None,
            "is_vip": "is_vip" in shown and ticket.is_vip, **values}
