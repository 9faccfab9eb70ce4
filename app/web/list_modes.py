"""Other ways to see a list's rows than as a table: a kanban, a calendar, a Gantt chart, a graph.

    class IncidentView(RecordView):
        list_modes = [Kanban("state"), Calendar("opened_at"), Graph(["category"])]

A mode shows what the list's filters leave, under the same rights, at the list's own address with ?as=<key>. Its `load`
returns all that its template shows; the template extends desk/list.html and fills the block `list_list`.
"""

from typing import Any

from app.sdk.i18n import LazyString, _l
from app.web.cells import colour


class ListMode:
    """Base of all modes; a subclass gives the class attributes and `load`."""

    key = "table"
    label: LazyString | str = _l("List")
    icon = "list"
    template = "desk/list.html"

    def check(self, view: Any) -> None:
        """Look at the view when it is made. Raises ValueError for a mode that its columns cannot serve."""

    def load(self, view: Any, filters: Any) -> dict[str, Any]:
        """Return what the template shows, as `mode_data`, of the rows that the filters leave."""
        return {}

    def rows(self, view: Any, filters: Any) -> dict[str, Any] | None:
        """Return what the page fetches later, None where it fetches nothing. Raises BusinessError for nonsense."""
        return None

    def url(self, view: Any) -> str:
        """Return the address of the mode without any filter."""
        return f"{view.route_base}/list/?as={self.key}"


TABLE = ListMode()


def colour_of(view: Any, row: Any, name: str) -> str:
    """Return the colour that badges have for a column of a row: of a state, a code or a related value."""
    value = getattr(row, name) if name else None
    if name in view.choices:
        value = view.choices[name].text(value)
    return colour(getattr(value, "colour", None) or "blue") if value is not None else "secondary"


def modes_of(view: Any) -> list[ListMode]:
    """Return the ways to see a page's list, the table first; one alone is no choice."""
    return [TABLE, *view.list_modes] if getattr(view, "list_modes", ()) else []


def mode_of(view: Any, key: str) -> ListMode:
    """Return the mode of this key, the table where there is none."""
    return next((mode for mode in getattr(view, "list_modes", ()) if mode.key == key), TABLE)
