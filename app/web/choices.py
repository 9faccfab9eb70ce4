"""What a field offers: a code of a list, one of a few fixed values, or the related records that fit the others.

    picklist_columns = {"kind": "incident.kind"}              a column that stores the code of a list's value
    choice_columns = {"support_line": {1: _l("First line")}}  a column that stores one of a few fixed values
    option_filters = {"category": "ticket.category",          a relation to a value of one list
                      "assignee": members_of("group")}        a relation that depends on another field

Lists, pages and the audit log show the label of a code; REST gives the code.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from wtforms import SelectField

from app.db import session
from app.records.lists import ListedValue, listed, offered
from app.sdk.workflow import Workflow
from app.web.filter_kinds import code_filters
from app.web.filters import DeskFilters
from app.web.ids import as_id
from app.web.list_options import dependent_options, fields_above, options_of_list

MAX_OPTIONS = 20


class CodeText(str):
    """The label of a stored code, with the code and the colour for whoever draws a badge."""

    code: str
    colour: str | None

    def __new__(cls, text: str, code: Any, colour: str | None = None) -> "CodeText":
        made = super().__new__(cls, text)
        made.code, made.colour = str(code), colour
        return made


class Choices:
    """Base: the values of one column."""

    def options(self) -> list[tuple[Any, str]]:
        """Return (value, text) of what may be chosen now."""
        raise NotImplementedError

    def default(self) -> Any:
        """Return the value of a new record, or None."""
        return None

    def text(self, value: Any) -> str:
        """Return how a stored value reads."""
        if value is None or value == "":
            return ""
        return CodeText(str(dict(self.options()).get(value, value)), value)

    def key(self, raw: Any) -> Any:
        """Return the value for what a form says."""
        return None if raw in (None, "") else raw

    def field(self, label: Any, checks: list[Any], description: Any, is_required: bool) -> "ChoiceField":
        """Return the form field."""
        return ChoiceField(label, checks, of=self, description=description, is_required=is_required)


class ListChoices(Choices):
    """The codes of a list's values. `together` are the lists of the same view, read in one statement."""

    def __init__(self, picklist: str, together: Iterable[str] = (), *, begins_empty: bool = False) -> None:
        self.picklist, self.together, self.begins_empty = picklist, tuple({picklist, *together}), begins_empty

    def values(self) -> list[ListedValue]:
        """Return the list's values."""
        return listed(session(), *self.together)[self.picklist]

    def options(self) -> list[tuple[Any, str]]:
        free = {value.id for value in offered(session(), self.picklist)}
        return [(value.code, str(value)) for value in self.values() if value.id in free]

    def default(self) -> Any:
        usual = (value.code for value in self.values() if value.is_default and value.is_active)
        return None if self.begins_empty else next(usual, None)

    def text(self, value: Any) -> str:
        if not value:
            return ""
        found = next((one for one in self.values() if one.code == value), None)
        return CodeText(str(found or value), value, found.colour if found else None)


class FixedChoices(Choices):
    """A few values that the code knows, with their labels."""

    def __init__(self, labels: Mapping[Any, Any]) -> None:
        self.labels = labels

    def options(self) -> list[tuple[Any, str]]:
        return [(value, str(label)) for value, label in self.labels.items()]

    def key(self, raw: Any) -> Any:
        known = {str(value): value for value in self.labels}
        return known.get(str(raw), super().key(raw))


class StateChoices(Choices):
    """The states of a life cycle, as an administrator named and coloured them."""

    def __init__(self, workflow: Workflow) -> None:
        self.workflow = workflow

    def options(self) -> list[tuple[Any, str]]:
        return [(state.code, str(state.label)) for state in self.workflow.shown_states()]

    def text(self, value: Any) -> str:
        try:
            state = self.workflow.state(value)
        except KeyError:
            return str(value or "")
        return CodeText(str(state.label), value, state.colour)


class ChoiceField(SelectField):  # type: ignore[misc]
    """A select of codes; a stored value that is offered no more stays choosable on its own record.

    `nothing` says what it means to choose none.
    """

    def __init__(self, label: Any = None, validators: Any = None, of: Choices | None = None, *,
                 is_required: bool = False, nothing: Any = "", **kwargs: Any) -> None:
        self.of = of or FixedChoices({})
        self.is_required, self.nothing = is_required, nothing
        kwargs.setdefault("default", self.of.default)
        super().__init__(label, validators, coerce=self.of.key, choices=self._offered, **kwargs)

    def _offered(self) -> list[tuple[Any, str]]:
        return [*([] if self.is_required else [("", str(self.nothing))]), *self.of.options()]

    def process_data(self, value: Any) -> None:
        super().process_data(value)
        if value not in (None, "") and value not in {choice[0] for choice in self.choices}:
            self.choices = [*self.choices, (value, self.of.text(value))]


@dataclass(frozen=True, slots=True)
class OptionFilter:
    """Narrows the options of a relation by what other fields of the form (`needs`) hold."""

    needs: tuple[str, ...]
    narrow: Callable[[Any, Mapping[str, int]], Any]
    # Where the options are values of this list: only those under the value of the field that it needs.
    picklist: str = ""


def same(field: str, column: str | None = None) -> OptionFilter:
    """Offer the rows whose key column of that name is what `field` holds: the offerings of the chosen service."""
    name = column or f"{field}_id"

    def narrow(query: Any, given: Mapping[str, int]) -> Any:
        model = query.column_descriptions[0]["entity"]
        return query.filter(getattr(model, name) == given[field]) if field in given else query

    return OptionFilter((field,), narrow)


def below(picklist: str, field: str) -> "OptionFilter":
    """Offer the values of a tree under the one that `field` holds, at any depth; all of them where it holds none."""
    return OptionFilter((field,), lambda query, _given: query, picklist)


class OffersChoices:
    """Mixed into RecordView and RecordApi."""

    picklist_columns: ClassVar[Mapping[str, str]] = {}
    choice_columns: ClassVar[Mapping[str, Mapping[Any, Any] | Choices]] = {}
    option_filters: ClassVar[Mapping[str, "str | OptionFilter"]] = {}
    # Fields of a form that are no relation of the record: the class whose rows they offer.
    option_sources: ClassVar[Mapping[str, Any]] = {}
    workflow: Workflow | None
    datamodel: Any

    @property
    def choices(self) -> dict[str, Choices]:
        """The columns that hold one of some values."""
        together = self.picklist_columns.values()
        found: dict[str, Choices] = {name: ListChoices(code, together) for name, code in self.picklist_columns.items()}
        found |= {name: labels if isinstance(labels, Choices) else FixedChoices(labels)
                  for name, labels in self.choice_columns.items()}
        if self.workflow is not None:
            found["state"] = StateChoices(self.workflow)
        return found

    def formatters(self) -> dict[str, Callable[[Any], str]]:
        """Return what shows the label of each column that holds a code."""
        return {name: one.text for name, one in self.choices.items()}

    def compare_codes(self, filters: DeskFilters) -> None:
        """Let the search compare codes whole: a code's first letters mean nothing."""
        for name in self.choices:
            filters.only(name, code_filters(self.workflow if name == "state" else None))

    def depends(self, field: str) -> tuple[str, ...]:
        """Return the fields whose values narrow the options of this one."""
        narrowing = self.option_filters.get(field)
        return (*(narrowing.needs if isinstance(narrowing, OptionFilter) else ()), *fields_above(self, field))

    def hints_of(self, field: str, ids: list[int]) -> dict[int, str]:
        """Return a few more words for each option, where its class has some; one statement."""
        if isinstance(self.option_filters.get(field), str) or not ids:
            return {}
        source = self.option_sources.get(field) or self.datamodel.get_related_model(field)
        return _hints[source](ids) if source in _hints else {}

    def find_options(self, field: str, text: str, given: Mapping[str, str]) -> list[tuple[int, str]]:
        """Return (id, text) of up to 20 related records that fit, or of up to 50 values of a list."""
        narrowing = self.option_filters.get(field)
        if isinstance(narrowing, str):
            return dependent_options(narrowing, text, given, fields_above(self, field))
        source = self.option_sources.get(field)
        related = self.datamodel.get_related_interface(field) if source is None else type(self.datamodel)(source)
        if related.obj in _providers:
            return _providers[related.obj](text)
        if narrowing is None:
            return related.options(text, MAX_OPTIONS)  # type: ignore[no-any-return]
        held = {name: key for name in narrowing.needs if (key := as_id(given.get(name))) is not None}
        if narrowing.picklist:
            return dependent_options(narrowing.picklist, text, given, fields_above(self, field),
                                     held.get(narrowing.needs[0]))
        return related.options(text, MAX_OPTIONS, lambda query: narrowing.narrow(query, held))  # type: ignore[no-any-return]


_providers: dict[type[Any], Callable[[str], list[tuple[int, str]]]] = {}


def register_options(model: type[Any], provider: Callable[[str], list[tuple[int, str]]]) -> None:
    """Say how rows of a class that is not ours are found: what was typed -> (id, text)."""
    _providers[model] = provider


Hints = Callable[[Iterable[int]], dict[int, str]]
_hints: dict[type[Any], Hints] = {}


def register_hints(model: type[Any], hints: Hints) -> None:
    """Say what tells rows of a class apart that read alike: ids -> {id: a few more words}."""
    _hints[model] = hints


def hints_of_rows(model: type[Any], ids: list[int]) -> dict[int, str]:
    """Return a few more words for each row of a class, where it has some; one statement."""
    return _hints[model](ids) if ids and model in _hints else {}


__all__ = [
    "ChoiceField", "Choices", "CodeText", "FixedChoices", "ListChoices", "OffersChoices", "OptionFilter",
    "StateChoices", "below", "options_of_list", "register_hints", "register_options", "same",
]
