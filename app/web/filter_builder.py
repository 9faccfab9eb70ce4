"""The filter builder: which columns can be filtered and how, and what is filtered now, in words and as rows to edit."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from flask import request
from markupsafe import Markup
from wtforms import BooleanField, DateField

from app.sdk.i18n import _, language, listed
from app.web.drill_filters import dates_value
from app.web.fields import MomentField, RemoteSelectField
from app.web.labels import text_of
from app.web.list_page import url_less
from app.web.time_filters import PERIODS, today

MANY, NONE, PERIOD, DAYS, DATES, VALUE = "many", "none", "period", "days", "dates", "value"
_INPUTS = {"in": MANY, "rel_in": MANY, "period": PERIOD, "last_days": DAYS, "older": DAYS, "next_days": DAYS,
           "none_of": MANY, "dates": DATES,
           **dict.fromkeys(("empty", "nempty", "me", "my_groups", "open", "nopen"), NONE)}

# The most wanted first; the numbers in the address follow another order, that of their coming.
_ORDER = ("period", "last_days", "older", "next_days", "ct", "sw", "rel_o_m", "rel_m_m", "me", "my_groups", "rel_in",
          "eq", "in", "open", "nopen", "dates", "gt", "lt", "neq", "nrel_o_m", "none_of", "empty", "nempty")


_ASKED = re.compile(r"^_flt_\d+_")
_KEPT = 2000
_parts: dict[Any, Markup] = {}


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to compare a column, by the name of its argument; `input` says what it asks for."""

    argument: str
    label: str
    input: str
    key: str


@dataclass(slots=True)
class FilterColumn:
    """A column that can be filtered. `kind` says which control its values have."""

    name: str
    label: str
    kind: str
    operators: list[Operator]
    options: list[tuple[str, str]] = field(default_factory=list)
    options_url: str = ""
    datamodel: Any = None


@dataclass(slots=True)
class Condition:
    """One active filter: a row of the builder, and a chip."""

    column: FilterColumn
    operator: Operator
    values: list[str]
    texts: dict[str, str]

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """The values with their texts, as options of a select."""
        return [(value, self.texts.get(value, value)) for value in self.values]

    @property
    def said(self) -> str:
        """How it is compared, in words; a number of days stands within them."""
        label = self.operator.label
        return label.replace("…", self.values[0]) if self.operator.input == DAYS else label

    @property
    def text(self) -> str:
        """What is compared with, in words."""
        return "" if self.operator.input in (NONE, DAYS) else listed(text for _value, text in self.chosen)

    @property
    def without(self) -> str:
        """The address of the list without this condition."""
        return url_less(self.operator.argument, None if self.operator.input in (MANY, NONE) else self.values[0])


def asked_columns(names: Iterable[str]) -> list[str]:
    """Return the columns, of these, that the address of the list filters by."""
    given = {_ASKED.sub("", argument) for argument in request.args if argument.startswith("_flt_")}
    return [name for name in names if name in given]


@lru_cache(maxsize=1000)
def only_fields(form: type[Any], names: frozenset[str]) -> type[Any]:
    """Return a form with these of its fields, and what is no field of a filter."""
    left = dict.fromkeys(name for name, one in vars(form).items() if hasattr(one, "field_class") and name not in names)
    return type(form.__name__, (form,), left)


def filter_columns(filters: Any, form: Any, columns: Iterable[str]) -> list[FilterColumn]:
    """Return the columns that can be filtered, each with its operators."""
    known, words, of_times = filters.get_search_filters(), _words(), _words_of_times()
    found = []
    for name in columns:
        if name not in known or name not in form:
            continue
        control = form[name]
        kind = _kind(control)
        said = {**words, **of_times} if kind in ("moment", "date") else words
        operators = [Operator(f"_flt_{number}_{name}", said.get(one.arg_name) or str(one.name),
                              _INPUTS.get(one.arg_name or "", VALUE), str(one.arg_name))
                     for number, one in enumerate(known[name]) if getattr(one, "is_offered", True)]
        column = FilterColumn(name, str(control.label.text), kind, sorted(operators, key=_place))
        if kind == "relation":
            column.options_url, column.datamodel = control.options_url, control.datamodel
        elif kind == "choice":
            column.options = [(str(one[0]), str(one[1])) for one in control.iter_choices() if str(one[0])]
        elif kind == "bool":
            column.options = [("y", _("Yes")), ("n", _("No"))]
        found.append(column)
    return found


def _place(operator: Operator) -> int:
    return _ORDER.index(operator.key) if operator.key in _ORDER else _ORDER.index("empty")


def _kind(control: Any) -> str:
    if isinstance(control, RemoteSelectField):
        return "relation"
    if isinstance(control, MomentField):
        return "moment"
    if isinstance(control, DateField):
        return "date"
    if isinstance(control, BooleanField):
        return "bool"
    if hasattr(control, "iter_choices"):
        return "choice"
    return "number" if control.type in ("IntegerField", "DecimalField", "FloatField") else "text"


def _words() -> dict[str, str]:
    return {"eq": _("is"), "neq": _("is not"), "rel_o_m": _("is"), "nrel_o_m": _("is not"), "rel_m_m": _("includes"),
            "gt": _("is more than"), "lt": _("is less than"), "ct": _("contains"), "sw": _("begins with"),
            "in": _("is one of"), "rel_in": _("is one of"), "none_of": _("is none of"), "dates": _("is within")}


def _words_of_times() -> dict[str, str]:
    return {"eq": _("is exactly"), "gt": _("is after"), "lt": _("is before")}


def periods() -> list[tuple[str, str]]:
    """Return the stretches of time that move with the day."""
    return [(key, str(label)) for key, (label, _bounds) in PERIODS.items()]


def dates_example() -> str:
    """Return what a stretch between two days looks like, as it is typed: this month up to now."""
    return dates_value(today().replace(day=1), today())


def parts(rows: Any, columns: list[FilterColumn]) -> Markup:
    """Return what the page's script copies for new conditions, drawn by the macro `rows.parts` of a template.

    It is a fifth of the work of a list and hardly ever differs, so it is kept by everything that it is made of.
    """
    common = (language(), dates_example())
    return Markup("").join(_part(rows, column, common) for column in columns)


def _part(rows: Any, column: FilterColumn, common: tuple[str, str]) -> Markup:
    key = (common, column.name, column.label, column.kind, tuple(column.operators), tuple(column.options),
           column.options_url)
    found = _parts.get(key)
    if found is None:
        if len(_parts) >= _KEPT:
            _parts.clear()
        found = _parts[key] = rows.parts(column)
    return found


def conditions(columns: list[FilterColumn]) -> list[Condition]:
    """Return what is filtered now, in the order of the columns; names of related records cost a statement a class."""
    found = []
    for column in columns:
        for operator in column.operators:
            given = request.args.getlist(operator.argument)
            together = [given] if operator.input in (MANY, NONE) and given else [[value] for value in given]
            found += [Condition(column, operator, values, {}) for values in together]
    related = _related(found)
    for one in found:
        one.texts = {value: _text(one, value, related) for value in one.values}
    return found


def _related(found: list[Condition]) -> dict[type[Any], dict[str, str]]:
    wanted: dict[type[Any], tuple[Any, set[int]]] = {}
    for one in found:
        if one.column.kind == "relation" and one.operator.input in (VALUE, MANY):
            _source, ids = wanted.setdefault(one.column.datamodel.obj, (one.column.datamodel, set()))
            ids.update(int(value) for value in one.values if value.isascii() and value.isdecimal())
    return {model: {str(row.id): text_of(row) for row in source.by_ids(sorted(ids))}
            for model, (source, ids) in wanted.items()}


def _text(one: Condition, value: str, related: dict[type[Any], dict[str, str]]) -> str:
    if one.operator.input == PERIOD:
        return dict(periods()).get(value, value)
    if one.operator.input == DATES:
        return " – ".join(dict.fromkeys(value.split("..")))
    if one.column.kind == "relation" and one.operator.input in (VALUE, MANY):
        return related[one.column.datamodel.obj].get(value) or _("(hidden)")
    if one.column.kind in ("choice", "bool"):
        return dict(one.column.options).get(value, value)
    return value.replace("T", " ")
