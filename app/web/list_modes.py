"""Other ways to see a list's rows than as a table: a kanban, a calendar, a Gantt chart, a graph.

    class IncidentView(RecordView):
        list_modes = [Kanban("state"), Calendar("opened_at"), Graph(["category"])]

A mode shows what the list's filters leave, under the same rights, at the list's own address with ?as=<key>. Its `load`
returns all that its template shows; the template extends desk/list.html and fills the block `list_list`.
"""

from typing import Any

from app.db import field_rights
from app.sdk.i18n import LazyString, _l
from app.web.cells import colour


class ListMode:
    """Base of all modes; a subclass gives the class attributes and `load`."""

    key = "table"
    label: LazyString | str = _l("List")
    icon = "list"
    template = "desk/list.html"

    def needs(self) -> tuple[str, ...]:
        """Return the fields without which the mode shows nothing: hidden from a reader, so is the mode."""
        return ()

    def offers(self) -> tuple[str, ...]:
        """Return the fields of which the reader chooses one, where there is such a choice."""
        return ()

    def is_shown(self, view: Any) -> bool:
        """Say whether the reader may see the fields that the mode shows."""
        model = view.datamodel.obj
        if any(field_rights.is_hidden(model, name) for name in self.needs()):
            return False
        return not self.offers() or bool(field_rights.shown(model, self.offers()))

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
    found = [mode for mode in getattr(view, "list_modes", ()) if mode.is_shown(view)]
    return [TABLE, *found] if found else []


def mode_of(view: Any, key: str) -> ListMode:
    """Return the mode of this key, the table where there is none."""
    return next((mode for mode in modes_of(view) if mode.key == key), TABLE)
