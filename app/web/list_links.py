"""Addresses of lists that show exactly what was counted elsewhere, by the operators that their columns offer."""

from typing import Any
from urllib.parse import urlencode

from app.sdk.actor import current_actor
from app.sdk.errors import NotFound
from app.web.chrome import builder
from app.web.drill_filters import argument_of
from app.web.list_settings import page_key

Condition = tuple[str, str, Any]


def query_of(view: Any, *conditions: Condition) -> str | None:
    """Return what a list's address says for some conditions; None where a column has no such operator."""
    arguments = []
    for column, operator, value in conditions:
        argument = argument_of(view, column, operator)
        if argument is None:
            return None
        arguments.append((argument, str(value)))
    return urlencode(arguments)


def page_of(model: type[Any]) -> Any:
    """Return the page whose list shows a class, None where there is none."""
    pages = (one for one in builder().baseviews if hasattr(one, "list_template") and hasattr(one, "datamodel"))
    return next((one for one in pages if one.datamodel.obj is model), None)


def list_of(page: str) -> Any:
    """Return the page of a list by its name, for a reader who may see it. Raises NotFound, Forbidden."""
    for view in builder().baseviews:
        if hasattr(view, "shipped_filters") and page_key(view) == page:
            current_actor().require(f"{view.class_permission_name}.read")
            return view
    raise NotFound


def list_address(model: type[Any], *conditions: Condition) -> str:
    """Return the address of a class's list under conditions of (column, operator, value).

    Operators go by their names in REST: eq, neq, rel_o_m, empty, older. Empty where there is no such list or operator:
    a number that no list can show is no link.
    """
    view = page_of(model)
    if view is None:
        return ""
    query = query_of(view, *conditions)
    if query is None:
        return ""
    return f"{view.route_base}/list/?{query}" if query else f"{view.route_base}/list/"
