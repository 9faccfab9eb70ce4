"""Where personal data of a person lies, and how it goes: one store a kind of place, in a registry.

Whoever keeps copies of what people are called or how they are reached says so in a part that is read when it is loaded:

    register(Store("ticket.snapshots", _l("Numbers on tickets"), remove))

`remove(session, subject)` takes the copies out past audit, whose old values would be copies again, and returns how
many. A test walks every column of every table: a store that was forgotten is found there.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.records.audit_redaction import GONE
from app.sdk.i18n import LazyString

MASK = GONE
_FORMER = "Former person #"


@dataclass(slots=True)
class Subject:
    """Whose data goes: the person with all who were merged into them, their log-ins, and what is known of them."""

    person_id: int
    ids: frozenset[int]
    user_ids: frozenset[int]
    # What they are or were called, log-ins included; and everything by which they can be known or reached.
    names: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)
    # Names that nobody else has: where a copy does not say whose it is, only these are sure to be theirs.
    own_names: set[str] = field(default_factory=set)
    # Files on disk that go once the transaction is through.
    files: set[str] = field(default_factory=set)
    # Entries of the audit log that lose values: {(record type, id): names of fields that stay}, None: these only go.
    audited: dict[tuple[str, int], "Audit"] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What the person is called from now on."""
        return label_of(self.person_id)

    def learn(self, values: Iterable[Any], *, are_names: bool = False) -> None:
        """Remember values by which the person is known."""
        found = {str(value).strip() for value in values if isinstance(value, str) and len(str(value).strip()) > 1}
        found = {value for value in found if value != MASK and not value.startswith(_FORMER)}
        self.values |= found
        if are_names:
            self.names |= found

    def without(self, value: Any) -> Any:
        """Return a value as JSON holds it, with the person's own values masked wherever they stand alone."""
        if isinstance(value, str):
            if value.strip() in self.names:
                return self.label
            return MASK if value.strip() in self.values else value
        if isinstance(value, list):
            return [self.without(one) for one in value]
        if isinstance(value, dict):
            return {key: self.without(one) for key, one in value.items()}
        return value


@dataclass(frozen=True, slots=True)
class Audit:
    """Which fields of a record's entries stay (all others go), or which alone go."""

    keep: frozenset[str] | None = None
    drop: frozenset[str] = frozenset()

    def goes(self, name: str) -> bool:
        """Say whether the values of a field go."""
        return name not in self.keep if self.keep is not None else name in self.drop


def label_of(person_id: int) -> str:
    """Return what an anonymised person is called."""
    return f"{_FORMER}{person_id} / 已注销人员 #{person_id}"


Remove = Callable[[Session, Subject], int]


@dataclass(frozen=True, slots=True)
class Store:
    """One kind of place: what it is called, and what takes the person's data out of it."""

    key: str
    label: LazyString | str
    remove: Remove
    sequence: int = 100


_stores: dict[str, Store] = {}
_kept: dict[str, tuple[LazyString | str, Callable[[Session, Subject], int]]] = {}


def register(store: Store) -> None:
    """Make a place known that holds personal data."""
    _stores[store.key] = store


def register_kept(key: str, label: LazyString | str, count: Callable[[Session, Subject], int]) -> None:
    """Make known what stays on purpose, and is counted on the certificate: tickets."""
    _kept[key] = (label, count)


def stores() -> list[Store]:
    """Return the places in the order in which they are emptied."""
    return sorted(_stores.values(), key=lambda one: (one.sequence, one.key))


def counted(session: Session, subject: Subject) -> dict[str, int]:
    """Return {what: how many} of what stays."""
    return {key: count(session, subject) for key, (_label, count) in sorted(_kept.items())}


def label(key: str) -> str:
    """Return what a place, or what stays, is called; its key where its addon is off."""
    if key in _stores:
        return str(_stores[key].label)
    return str(_kept[key][0]) if key in _kept else key
