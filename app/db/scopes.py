"""Scopes: which rows a data rule means, as seen by an actor.

    register_scope_kind("own_groups", _l("of my work groups"), lambda cls, actor: cls.group_id.in_(actor.group_ids))

A scope that makes no sense for a class (it has no group) says None: such a rule cannot be made for it, and one that
is there already grants nothing and limits to nothing.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, inspect, not_, or_
from sqlalchemy.orm import Mapper

from app.db.base import Model, Record
from app.sdk.actor import Actor, DataRule
from app.sdk.i18n import LazyString

READ, CREATE, WRITE, DELETE = "read", "create", "write", "delete"
OPERATIONS = (READ, CREATE, WRITE, DELETE)
# (class, actor, argument) -> criterion, or None where the class does not know it.
Reader = Callable[[type[Any], Actor, Any], ColumnElement[bool] | None]


@dataclass(frozen=True, slots=True)
class ScopeKind:
    """One way to say which rows: its name, and the criterion it gives."""

    key: str
    label: LazyString | str
    reader: Reader
    # For a scope that says more than its name: refuses what it cannot read, by an InvalidField.
    check: Callable[[type[Any], Any], None] | None = None


_kinds: dict[str, ScopeKind] = {}


def register_scope_kind(key: str, label: LazyString | str, reader: Reader,
                        check: Callable[[type[Any], Any], None] | None = None) -> None:
    """Make a scope known; a second one of that key replaces the first."""
    _kinds[key] = ScopeKind(key, label, reader, check)


def scope_kinds(record_type: str | None = None) -> dict[str, ScopeKind]:
    """Return the scopes, or those that make sense for a record type."""
    if record_type is None:
        return dict(_kinds)
    mapper = mapper_of(record_type)
    if mapper is None:
        return {}
    # Conditions are read when there are some; whether they make sense is for whoever writes them down to say.
    return {key: kind for key, kind in _kinds.items()
            if kind.check is not None or kind.reader(mapper.class_, _NOBODY, None) is not None}


_mappers: dict[str, Mapper[Any]] = {}
_NOBODY = Actor(user_id=None, label="")


def mapper_of(record_type: str) -> Mapper[Any] | None:
    """Return the mapper of the record class of that name; None where its addon is not loaded."""
    if record_type not in _mappers:
        # Read anew where a name is missing: addons are loaded after the platform. Every rule asks this in every query.
        _mappers.update({mapper.class_.record_type(): mapper for mapper in Model.registry.mappers
                         if issubclass(mapper.class_, Record) and not getattr(mapper.class_, "is_tombstone", False)})
    return _mappers.get(record_type)


def rows_of(rule: DataRule, base: type[Record], actor: Actor) -> tuple[ColumnElement[bool], ColumnElement[bool] | None]:
    """Return (the rows that the rule means, the rows that it speaks of at all; None for every row of the class)."""
    mapper = mapper_of(rule.record_type)
    kind = _kinds.get(rule.scope)
    if mapper is None or kind is None:
        return false(), None
    found = kind.reader(mapper.class_, actor, json.loads(rule.argument) if rule.argument else None)
    spoken = None if mapper.class_ is base else _of_type(mapper)
    return (false() if found is None else found), spoken


def granted(rule: DataRule, base: type[Record], actor: Actor) -> ColumnElement[bool]:
    """Return the rows that a rule which grants adds to those that an actor's rights show."""
    rows, spoken = rows_of(rule, base, actor)
    return and_(*(part for part in (rows, spoken, _module_rows(rule, base, actor)) if part is not None))


def left(rule: DataRule, base: type[Record], actor: Actor) -> ColumnElement[bool]:
    """Return the rows that a rule which limits leaves."""
    rows, spoken = rows_of(rule, base, actor)
    return rows if spoken is None else or_(not_(spoken), rows)


def _module_rows(rule: DataRule, base: type[Record], actor: Actor) -> ColumnElement[bool] | None:
    # The rows whose module the actor has at all; None for every row. What is granted over tickets is granted over
    # incidents to those who may see incidents.
    mapper = mapper_of(rule.record_type)
    if mapper is None:
        return false()
    if mapper.class_ is base and base.__mapper__.polymorphic_on is None:  # type: ignore[attr-defined]
        return None if actor.can(f"{rule.record_type}.read") else false()
    held = [one for one in mapper.self_and_descendants if actor.can(f"{one.class_.record_type()}.read")]
    return _identity(base).in_([one.polymorphic_identity for one in held])  # type: ignore[no-any-return]


def speaks_of(rule: DataRule, base: type[Record]) -> bool:
    """Say whether a rule is about rows of a topmost class."""
    mapper = mapper_of(rule.record_type)
    return mapper is not None and mapper.base_mapper.class_ is base


def _of_type(mapper: Mapper[Any]) -> ColumnElement[bool]:
    identities = [one.polymorphic_identity for one in mapper.self_and_descendants]
    return _identity(mapper.base_mapper.class_).in_(identities)  # type: ignore[no-any-return]


def _identity(base: type[Any]) -> Any:
    mapper: Mapper[Any] = inspect(base)
    discriminator = mapper.polymorphic_on
    assert discriminator is not None  # noqa: S101 - a class that inherits has one
    return mapper.get_property_by_column(discriminator).class_attribute  # type: ignore[arg-type]
