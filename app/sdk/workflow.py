"""Life cycles as tables.

    (state, action) -> state

A row says who may (permission), what must be filled (required, of the target state and of the step itself) and what
is locked (read_only of the state). Pages, REST, rules and imports all read the same table. A condition that needs a
query is the service's `can_<action>`; this module knows no database.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.sdk.errors import Conflict, MissingFields
from app.sdk.i18n import LazyString, _, bilingual
from app.sdk.permissions import Permission

# app.records plugs in here what an administrator changed: (workflow) -> {state: row with label, colour, is_hidden}.
overrides: Callable[[str], Mapping[str, Any]] | None = None
known: dict[str, "Workflow"] = {}
ALL = frozenset({"*"})
OPEN, PAUSED, RESOLVED, CLOSED = "open", "paused", "resolved", "closed"


@dataclass(frozen=True, slots=True)
class State:
    """A state. Its category (open, paused, resolved, closed) is what reports and clocks read."""

    code: str
    label: LazyString | str
    colour: str = "secondary"
    category: str = OPEN
    required: frozenset[str] | set[str] = frozenset()
    read_only: frozenset[str] | set[str] = frozenset()
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """One permitted step. `asks` are offered in its dialog, `required` of them must be filled."""

    action: str
    sources: frozenset[str] | set[str]
    target: str
    label: LazyString | str
    permission: Permission
    required: frozenset[str] | set[str] = frozenset()
    asks: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    colour: str = "primary"
    is_hidden: bool = False


@dataclass
class Workflow:
    """The life cycle of one record type."""

    name: str
    states: list[State]
    transitions: list[Transition]
    initial: str = ""
    _by_code: dict[str, State] = field(init=False, repr=False, default_factory=dict)
    _steps: dict[tuple[str, str], Transition] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        known[self.name] = self
        self.initial = self.initial or self.states[0].code
        states, transitions, self.states, self.transitions = self.states, self.transitions, [], []
        self.extend(states=states, transitions=transitions)

    def extend(self, *, states: Iterable[State] = (), transitions: Iterable[Transition] = ()) -> None:
        """Add rows (a dependent addon does so while loading). Raises ValueError on a row that is there already."""
        for state in states:
            if state.code in self._by_code:
                raise ValueError(f"{self.name}: state {state.code} is declared twice")
            self._by_code[state.code] = state
            self.states.append(state)
        for step in transitions:
            for source in step.sources:
                if (source, step.action) in self._steps:
                    raise ValueError(f"{self.name}: {step.action} from {source} is declared twice")
                if source not in self._by_code or step.target not in self._by_code:
                    raise ValueError(f"{self.name}: {step.action} names an unknown state")
                self._steps[source, step.action] = step
            self.transitions.append(step)

    def state(self, code: str) -> State:
        """Return the state of that code as the administrator named and coloured it; KeyError where there is none."""
        return self._as_named(self._by_code[code])

    def shown_states(self) -> list[State]:
        """Return the states that are offered, in the order of the table."""
        changed = self._changed()
        return [self._as_named(state) for state in self.states if not _is_hidden(changed, state.code)]

    def _changed(self) -> Mapping[str, Any]:
        return overrides(self.name) if overrides is not None else {}

    def _as_named(self, state: State) -> State:
        row = self._changed().get(state.code)
        if row is None or not (row.label or row.colour):
            return state
        return replace(state, label=bilingual(row.label) or state.label, colour=row.colour or state.colour)

    def category(self, code: str) -> str:
        """Return open, paused, resolved or closed."""
        return self._by_code[code].category

    def codes(self, *categories: str) -> list[str]:
        """Return the codes of the states in these categories."""
        return [state.code for state in self.states if state.category in categories]

    def steps(self, code: str) -> list[Transition]:
        """Return the steps that lead out of a state, in the order of the table; none leads to a hidden state."""
        changed = self._changed()
        return [step for step in self.transitions if code in step.sources and not _is_hidden(changed, step.target)]

    def step(self, code: str, action: str) -> Transition:
        """Return the step; raises Conflict where the table has none."""
        found = self._steps.get((code, action))
        if found is None or _is_hidden(self._changed(), found.target):
            state = self.state(code) if code in self._by_code else None
            raise Conflict(
                _("“%(action)s” is not possible while the record is “%(state)s”.", action=self.label(action),
                  state=state.label if state else code),
                code=f"{self.name}.no_such_step",
            )
        return found

    def label(self, action: str) -> str:
        """Return the label of an action, or its code where the table does not know it."""
        return next((str(step.label) for step in self.transitions if step.action == action), action)

    def read_only(self, code: str) -> frozenset[str]:
        """Return the fields that may not be edited in a state; {"*"} is all of them."""
        return frozenset(self._by_code[code].read_only)

    def apply(self, record: Any, action: str, values: Mapping[str, Any]) -> Transition:
        """Take one step: set the values, check what must be filled, set the state.

        Raises Conflict (no such step) or MissingFields; the record is then unchanged in the database because the
        caller's transaction ends.
        """
        step = self.step(record.state, action)
        target = self._by_code[step.target]
        required = set(step.required) | set(target.required)
        missing = [name for name in sorted(required) if _is_empty(values.get(name, getattr(record, name, None)))]
        missing += [name for name in sorted(step.required) if name in values and _is_empty(values[name])
                    and name not in missing]
        if missing:
            raise MissingFields(missing)
        for name in step.clears:
            setattr(record, name, None)
        for name, value in values.items():
            if hasattr(type(record), name):
                setattr(record, name, value)
        record.state = step.target
        return step


def _is_hidden(changed: Mapping[str, Any], code: str) -> bool:
    row = changed.get(code)
    return row is not None and bool(row.is_hidden)


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value == []
