"""Addresses of lists that show exactly what was counted elsewhere, by the operators that their columns offer."""

from typing import Any
from urllib.parse import urlencode

from app.web.chrome import builder

Condition = tuple[str, str, Any]


def list_address(model: type[Any], *conditions: Condition) -> str:
    """Return the address of a class's list under conditions of (column, operator, value).

    Operators go by their names in REST: eq, neq, rel_o_m, empty, older. Empty where there is no such list or operator:
    a number that no list can show is no link.
    """
    pages = [one for one in builder().baseviews if hasattr(one, "list_template") and hasattr(one, "datamodel")]
    view = next((one for one in pages if one.datamodel.obj is model), None)
    if view is None:
        return ""
    offered = view._filters.get_search_filters()
    arguments = []
    for column, operator, value in conditions:
        number = next((at for at, kind in enumerate(offered.get(column, ())) if kind.arg_name == operator), None)
        if number is None:
            return ""
        arguments.append((f"_flt_{number}_{column}", str(value)))
    query = urlencode(arguments)
    return f"{view.route_base}/list/?{query}" if query else f"{view.route_base}/list/"
