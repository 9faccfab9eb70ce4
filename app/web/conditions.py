"""The scope of data rules that says its rows as a list is filtered: [[column, operator, value], …], all of them true.

Operators are those of REST. What a rule may ask for is what the record's own table holds: a condition that reads other
records would itself need rules.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from flask_appbuilder.exceptions import FABException
from sqlalchemy import ColumnElement, Table, false, inspect
from sqlalchemy.sql import visitors

from app.db import session
from app.db.scopes import register_scope_kind
from app.sdk.actor import Actor, acting_as, current_context
from app.sdk.errors import InvalidField
from app.sdk.i18n import _, _l
from app.web.chrome import builder
from app.web.filters import DeskFilters
from app.web.interface import Interface
from app.web.list_links import page_of

CONDITIONS = "conditions"
Conditions = Sequence[Sequence[Any]]


def view_of(model: type[Any]) -> Any:
    """Return the page whose list shows a class, else its resource, None where there is neither."""
    resources = (api for api in builder().baseviews if isinstance(getattr(api, "datamodel", None), Interface)
                 and api.datamodel.obj is model)
    return page_of(model) or next(resources, None)


def criterion(model: type[Any], conditions: Conditions) -> ColumnElement[bool]:
    """Return the WHERE criterion of conditions on a class. Raises ValueError for one that cannot be asked."""
    view = view_of(model)
    if view is None:
        raise ValueError(f"no list shows {model.__name__}")
    possible: DeskFilters = view._possible
    filters = possible.copy()
    filters.clear_filters()
    try:
        filters.rest_add_filters([{"col": column, "opr": operator, "value": value}
                                  for column, operator, value in conditions])
    except (FABException, TypeError) as error:
        raise ValueError(str(error)) from error
    found = filters.apply_all(session().query(model)).whereclause
    if found is None or not _is_of(model, found):
        raise ValueError(f"{model.__name__}: these conditions ask other records")
    return found  # type: ignore[no-any-return]


def _is_of(model: type[Any], found: ColumnElement[bool]) -> bool:
    own = inspect(model).base_mapper.local_table
    columns = (part for part in visitors.iterate(found) if part.__visit_name__ == "column")
    tables = {part.table for part in columns if isinstance(getattr(part, "table", None), Table)}
    return tables <= {own}


def conditions_of(model: type[Any], query: str) -> list[list[Any]]:
    """Return the conditions that a list's address asks (`_flt_0_state=open&…`), as a rule keeps them."""
    view = view_of(model)
    kinds = view._possible.get_search_filters() if view is not None else {}
    found = []
    for name, value in parse_qsl(query, max_num_fields=500):
        number, _mark, column = name.removeprefix("_flt_").partition("_")
        if name.startswith("_flt_") and column in kinds and number.isdecimal() and int(number) < len(kinds[column]):
            found.append([column, str(kinds[column][int(number)].arg_name), value])
    return found


def check_conditions(model: type[Any], conditions: Any) -> None:
    """Raise InvalidField for conditions that a rule cannot have."""
    is_list = isinstance(conditions, list) and conditions and all(
        isinstance(one, list | tuple) and len(one) == 3 for one in conditions)
    if not is_list:
        raise InvalidField("conditions", _("Give at least one condition."))
    try:
        criterion(model, conditions)
    except ValueError as error:
        raise InvalidField("conditions", _("A rule cannot ask for this: it must be a filter of the record's own list."
                                           )) from error


def _rows(model: type[Any], actor: Actor, conditions: Any) -> ColumnElement[bool] | None:
    if not conditions:
        return false()
    # “Me” and “my groups” are those of whoever the rule is read for.
    with acting_as(actor, current_context().via):
        try:
            return criterion(model, conditions)
        except ValueError:
            # What once could be asked and cannot any more grants nothing, and limits to nothing.
            return false()


register_scope_kind(CONDITIONS, _l("Records that fit a filter"), _rows, check_conditions)
