"""Extending another addon's page without touching it: by class composition while loading.

    EXTENSIONS = [ViewExtension("IncidentView", list_columns=["problem"], panels=[RelatedPanel("problems")])]

A mixin may override or add methods and routes; lists are added to the page's own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

LISTS = ("list_columns", "optional_columns", "search_columns", "add_columns", "edit_columns", "show_columns", "panels",
         "bulk_actions", "list_modes")
MAPPINGS = {"labels": "label_columns", "formatters": "formatters_columns", "taken_away": "taken_away"}


@dataclass(frozen=True, slots=True)
class ViewExtension:
    """What an addon adds to a page or a REST resource of another, named by its class."""

    view: str
    mixin: type[Any] | None = None
    list_columns: Sequence[str] = ()
    # Columns that a reader may add to the list.
    optional_columns: Sequence[str] = ()
    search_columns: Sequence[str] = ()
    add_columns: Sequence[str] = ()
    edit_columns: Sequence[str] = ()
    show_columns: Sequence[str] = ()
    panels: Sequence[Any] = ()
    bulk_actions: Sequence[Any] = ()
    list_modes: Sequence[Any] = ()
    labels: dict[str, Any] = field(default_factory=dict)
    formatters: dict[str, Any] = field(default_factory=dict)
    taken_away: dict[str, Any] = field(default_factory=dict)


def extend(pages: dict[type[Any], type[Any]], extension: ViewExtension) -> type[Any]:
    """Put an extension into {declared view: the class to register}; return the declared one. Raises ValueError."""
    view = next((one for one in pages if one.__name__ == extension.view), None)
    if view is None:
        raise ValueError(f"there is no page {extension.view} to extend")
    pages[view] = _extended(pages[view], extension)
    return view


def _extended(view: type[Any], extension: ViewExtension) -> type[Any]:
    bases = (extension.mixin, view) if extension.mixin is not None else (view,)
    body: dict[str, Any] = {"__module__": view.__module__, "__doc__": view.__doc__}
    for name in LISTS:
        added = getattr(extension, name)
        if added:
            own = list(getattr(view, name, None) or ())
            new = [item for item in added if item not in own]
            body[name] = placed(own, new) if name == "panels" else [*own, *new]
    for name, of_view in MAPPINGS.items():
        if getattr(extension, name):
            body[of_view] = {**(getattr(view, of_view, None) or {}), **getattr(extension, name)}
    return type(view.__name__, bases, body)


def placed(panels: Sequence[Any], added: Iterable[Any]) -> list[Any]:
    """Return the panels with the added ones, each after the one that it follows, otherwise at the end."""
    found = list(panels)
    for panel in added:
        keys = [getattr(one, "key", "") for one in found]
        wanted = getattr(panel, "follows", "")
        found.insert(keys.index(wanted) + 1 if wanted in keys else len(found), panel)
    return found
