"""Life cycles as tables.

    (state, action) -> state

A row says who may (permission), what must be filled (required, of the target state and of the step itself) and what
is locked (read_only of the state). Pages, REST, rules and imports all read the same table. A condition that needs a
query is the service's `can_<action>`; this module knows no database.

An administrator may add states: each stands for a declared one, its base, whose category, steps and locks it has, and
is entered from there. Hidden and added states may be meant for one kind of record only (its `kind`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.sdk.errors import Conflict, MissingFields
from app.sdk.i18n import LazyString, _, bilingual
from app.sdk.permissions import Permission

# app.records plugs in here what an administrator changed:
# (workflow) -> {(state, kind or ""): row with base, label, colour, is_hidden}.
overrides: Callable[[str], Mapping[tuple[str, str], Any]] | None = None
known: dict[str, "Workflow"] = {}
ALL = frozenset({"*"})
OPEN, PAUSED, RESOLVED, CLOSED = "open", "paused", "resolved", "closed"
# The step into an added state, or back to the declared one, is called so.
ENTER = "enter_"


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
    # The right to enter an added state, and the list that the record's `kind` is chosen from; without, there are none.
    own_states: Permission | None = None
    kinds: str = ""
    _by_code: dict[str, State] = field(init=False, repr=False, default_factory=dict)
    _declared: set[tuple[str, str]] = field(init=False, repr=False, default_factory=set)

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
                if (source, step.action) in self._declared:
                    raise ValueError(f"{self.name}: {step.action} from {source} is declared twice")
                if source not in self._by_code or step.target not in self._by_code:
                    raise ValueError(f"{self.name}: {step.action} names an unknown state")
                self._declared.add((source, step.action))
            self.transitions.append(step)

    def state(self, code: str) -> State:
        """Return the state of that code as the administrator named and coloured it; KeyError where there is none."""
        state, row = self._by_code[self.base(code)], self._row(code)
        if row is None:
            return state
        return replace(state, code=code, label=bilingual(row.label) or state.label, colour=row.colour or state.colour)

    def base(self, code: str) -> str:
        """Return the declared state that an added one stands for, or the declared one itself; KeyError for others."""
        if code in self._by_code:
            return code
        if not self.knows(code):
            raise KeyError(code)
        return str(self._row(code).base)

    def shown_states(self, kind: str | None = None) -> list[State]:
        """Return the states that are offered, in the order of the table, added ones after their base."""
        found = []
        for state in self.states:
            own = [code for code in self._added(kind) if self.base(code) == state.code]
            found += [self.state(code) for code in (state.code, *own) if not self._is_hidden(code, kind)]
        return found

    def _changed(self) -> Mapping[tuple[str, str], Any]:
        return overrides(self.name) if overrides is not None else {}

    def _row(self, code: str) -> Any:
        changed = self._changed()
        if not changed:
            return None
        return changed.get((code, "")) or next((row for (state, _kind), row in changed.items() if state == code), None)

    def _added(self, kind: str | None) -> list[str]:
        # kind None: those of every kind
        return list(dict.fromkeys(state for (state, own), row in self._changed().items()
                                  if row.base and (kind is None or own in {"", kind})))

    def _is_hidden(self, code: str, kind: str | None) -> bool:
        changed = self._changed()
        if not changed:
            return False
        rows = (changed.get((code, own)) for own in {"", kind or ""})
        return any(row is not None and row.is_hidden for row in rows)

    def category(self, code: str) -> str:
        """Return open, paused, resolved or closed."""
        return self._by_code[self.base(code)].category

    def codes(self, *categories: str) -> list[str]:
        """Return the codes of the states in these categories, added ones included."""
        every = [*(state.code for state in self.states), *self._added(None)]
        return [code for code in every if self.category(code) in categories]

    def steps(self, code: str, kind: str | None = None) -> list[Transition]:
        """Return the steps that lead out of a state, in the order of the table; none leads to a hidden state."""
        base = self.base(code)
        declared = [step for step in self.transitions if base in step.sources]
        if not self._changed():
            return declared
        return [step for step in (*declared, *self._own_steps(code, kind)) if not self._is_hidden(step.target, kind)]

    def _own_steps(self, code: str, kind: str | None) -> list[Transition]:
        # Between a declared state and those that were added to it; category, clocks and locks stay as they are.
        if self.own_states is None:
            return []
        base = self.base(code)
        family = [base, *(one for one in self._added(kind) if self.base(one) == base)]
        return [Transition(f"{ENTER}{target}", {code}, target, self.label(f"{ENTER}{target}"), self.own_states,
                           asks=("reason",), colour="secondary") for target in family if target != code]

    def step(self, code: str, action: str, kind: str | None = None) -> Transition:
        """Return the step; raises Conflict where the table has none."""
        try:
            found = next((step for step in self.steps(code, kind) if step.action == action), None)
        except KeyError:
            found = None
        if found is None:
            state = self.state(code) if self.knows(code) else None
            raise Conflict(
                _("“%(action)s” is not possible while the record is “%(state)s”.", action=self.label(action),
                  state=state.label if state else code),
                code=f"{self.name}.no_such_step",
            )
        return found

    def knows(self, code: str) -> bool:
        """Say whether there is such a state, declared or added."""
        row = self._row(code)
        return code in self._by_code or (row is not None and row.base in self._by_code)

    def label(self, action: str) -> str:
        """Return the label of an action, or its code where the table does not know it."""
        target = action.removeprefix(ENTER)
        if target != action and self.knows(target):
            return _("Set to “%(state)s”", state=self.state(target).label)
        return next((str(step.label) for step in self.transitions if step.action == action), action)

    def read_only(self, code: str) -> frozenset[str]:
        """Return the fields that may not be edited in a state; {"*"} is all of them."""
        return frozenset(self._by_code[self.base(code)].read_only)

    def apply(self, record: Any, action: str, values: Mapping[str, Any]) -> Transition:
        """Take one step: set the values, check what must be filled, set the state.

        Raises Conflict (no such step) or MissingFields; the record is then unchanged in the database because the
        caller's transaction ends.
        """
        step = self.step(record.state, action, kind_of(record))
        target = self._by_code[self.base(step.target)]
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


def kind_of(record: Any) -> str:
    """Return the kind of a record, by which states may be hidden or added; empty where it has none."""
    return getattr(record, "kind", None) or ""


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value == []
