"""Record types as pages of rights speak of them: their names, their fields' names, where their lists and pages are."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from app.db import Record, field_rights, scopes
from app.sdk.i18n import _, _l
from app.security.services.access_rules import record_types
from app.web import conditions
from app.web.choices import Choices
from app.web.labels import automatic_label
from app.web.names import names_of
from app.web.words import subject_text

LEVELS = {field_rights.EDIT: _l("View and change"), field_rights.READ: _l("View only"),
          field_rights.HIDDEN: _l("Hidden")}


class TypeChoices(Choices):
    """The record types whose rows have rights of their own."""

    def options(self) -> list[tuple[str, str]]:
        return sorted(((name, subject_text(name)) for name in record_types()), key=lambda pair: pair[1])

    def text(self, value: Any) -> str:
        """Return what a type is called; of one whose addon is off, that its rules have no effect."""
        if not value or value in record_types():
            return super().text(value)
        return _("%(records)s (addon is off: no effect)", records=subject_text(value))


class ScopeChoices(Choices):
    """Which rows a data rule may mean; not every record type knows each of them."""

    def options(self) -> list[tuple[str, str]]:
        return [(key, str(kind.label)) for key, kind in scopes.scope_kinds().items()]


def model_of(record_type: str) -> type[Record] | None:
    """Return the class of a record type that rules may speak of, None where its addon is not loaded."""
    mapper = scopes.mapper_of(record_type) if record_type in record_types() else None
    return mapper.class_ if mapper is not None else None


def field_text(model: type[Any], field: str) -> str:
    """Return what a field is called on its record's own page."""
    view = conditions.view_of(model)
    return str((view.label_columns.get(field) if view is not None else None) or automatic_label(field))


def page_of(model: type[Any], record_id: int) -> str:
    """Return the address of a record's page, empty where it has none."""
    view = conditions.view_of(model)
    return str(view.url_of(record_id)) if hasattr(view, "url_of") else ""


def list_address(model: type[Any], asked: conditions.Conditions | None) -> str:
    """Return the address of the list that shows what conditions ask for."""
    view = conditions.view_of(model)
    if view is None or not asked:
        return ""
    kinds = view._possible.get_search_filters()
    found = []
    for column, operator, value in asked:
        for number, kind in enumerate(kinds.get(column, ())):
            if kind.arg_name == operator:
                found.append((f"_flt_{number}_{column}", value))
    return f"{view.route_base}/list/?{urlencode(found)}"


def condition_texts(model: type[Any], asked: conditions.Conditions | None) -> list[tuple[str, str, str]]:
    """Return (field, operator, value) of each condition in the reader's words."""
    view = conditions.view_of(model)
    kinds = view._possible.get_search_filters() if view is not None else {}
    found = []
    for column, operator, value in asked or ():
        kind = next((one for one in kinds.get(column, ()) if one.arg_name == operator), None)
        found.append((field_text(model, column), str(kind.name) if kind is not None else str(operator),
                      _value_text(view, column, value)))
    return found


def _value_text(view: Any, column: str, value: Any) -> str:
    values: Sequence[Any] = value if isinstance(value, list) else str(value).split(",")
    if view is not None and view.datamodel.is_relation(column):
        ids = {int(one) for one in values if str(one).isdecimal()}
        names = names_of(view.datamodel, column, ids) if ids else {}
        return ", ".join(str(names.get(int(one), one)) if str(one).isdecimal() else str(one) for one in values)
    shown = view.formatters_columns.get(column) if view is not None else None
    return ", ".join(str(shown(one)) if shown is not None else str(one) for one in values)
