"""Data rights in the query layer: every SELECT of a record, by whatever way, gets the actor's criterion.

A class without a rule of its own is visible to those who hold `<record_type>.read`, and to nobody else: a new model
is closed until somebody opens it. Soft-deleted rows are left out by the same criterion.

Rules that an administrator writes come on top (app.db.scopes): those that grant unite with what the class shows, those
that limit are all met at once. What one may change or delete is among what one sees.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, event, false, inspect, or_, select, true
from sqlalchemy.orm import Mapper, ORMExecuteState, Session
from sqlalchemy.orm.util import AliasedInsp, LoaderCriteriaOption

from app.db import scopes, unit
from app.db.base import Model, Record
from app.sdk.actor import Actor, DataRule, current_actor, is_acting
from app.sdk.errors import Forbidden
from app.sdk.i18n import LazyString, _

Rule = Callable[[Actor], ColumnElement[bool] | None]
_rules: dict[type[Record], Rule] = {}
_system: ContextVar[bool] = ContextVar("system_scope", default=False)
_deleted: ContextVar[bool] = ContextVar("include_deleted", default=False)
# How often a rule was registered: what was made by the rules before is made anew.
_registered = 0


def register_scope(record_class: type[Record], rule: Rule) -> None:
    """Say which rows of a class an actor may see: a criterion, None for all, `false()` for none.

    It follows from the actor alone, whatever the time and the database say.
    """
    _note()
    _rules[record_class] = rule


def _note() -> None:
    global _registered  # noqa: PLW0603 - rules are registered while a process loads
    _registered += 1


@dataclass(frozen=True, slots=True)
class Part:
    """One of the things by which a class shows rows to an actor, or hides them: for saying why."""

    label: LazyString | str
    rows: ColumnElement[bool]
    # Rows must be among these as well; without, it is enough to be among them.
    is_limit: bool = False


Reasons = Callable[[Actor, str], list[Part]]
_reasons: dict[type[Record], Reasons] = {}


def register_reasons(record_class: type[Record], reasons: Reasons) -> None:
    """Say of which parts the rule of a class is made: (actor, record type of the row) -> parts."""
    _reasons[record_class] = reasons


def parts_of(record_class: type[Record], actor: Actor, record_type: str) -> list[Part]:
    """Return why a class shows rows to an actor by their rights alone; empty where it never says."""
    found = _reasons.get(record_class)
    return found(actor, record_type) if found is not None else []


_class_limits: dict[type[Record], Rule] = {}


def register_limit(record_class: type[Record], rule: Rule) -> None:
    """Say which rows of a class an actor never sees more than, whatever is granted: a criterion, None for no limit."""
    _note()
    _class_limits[record_class] = rule


@contextmanager
def system_scope() -> Iterator[None]:
    """Look past row rights: for guards that must see everything. Columns only, never entities."""
    token = _system.set(True)
    try:
        yield
    finally:
        _system.reset(token)


@contextmanager
def include_deleted() -> Iterator[None]:
    """See soft-deleted rows too (recycle bin, restore, purge)."""
    token = _deleted.set(True)
    try:
        yield
    finally:
        _deleted.reset(token)


def record_classes() -> list[type[Record]]:
    """Return the topmost mapped classes of all records."""
    found = []
    for mapper in Model.registry.mappers:
        cls = mapper.class_
        if issubclass(cls, Record) and mapper.inherits is None:
            found.append(cls)
    return found


def criterion(record_class: type[Record], actor: Actor) -> ColumnElement[bool]:
    """Return the rows of a class (its topmost class) that an actor may see, as a WHERE criterion."""
    parts = [] if actor.is_system else _allowed(record_class, actor, scopes.READ)
    if not _deleted.get():
        parts.append(record_class.deleted_at.is_(None))
    return and_(*parts) if parts else true()


def shipped(record_class: type[Record], actor: Actor) -> ColumnElement[bool] | None:
    """Return what a class shows an actor by their rights alone, without any data rule; None for all rows."""
    rule = _rules.get(record_class)
    if rule is not None:
        return rule(actor)
    return None if actor.can(f"{record_class.record_type()}.read") else false()


def _allowed(record_class: type[Record], actor: Actor, operation: str) -> list[ColumnElement[bool]]:
    # What holds all at once: the grants, united, and each limit.
    granted, limits = shipped(record_class, actor), _limits(record_class, actor, operation)
    if granted is None:
        return limits
    for rule in _ruling(record_class, actor, operation):
        if not rule.is_limit:
            granted = or_(granted, scopes.granted(rule, record_class, actor))
    return [granted, *limits]


def _limits(record_class: type[Record], actor: Actor, operation: str) -> list[ColumnElement[bool]]:
    own = _class_limits[record_class](actor) if record_class in _class_limits else None
    found = [scopes.left(rule, record_class, actor)
             for rule in _ruling(record_class, actor, operation) if rule.is_limit]
    return found if own is None or operation == scopes.CREATE else [own, *found]


def _ruling(record_class: type[Record], actor: Actor, operation: str) -> list[DataRule]:
    return [rule for rule in actor.rules
            if operation in rule.operations and scopes.speaks_of(rule, record_class)]


def _is_ruled(record_class: type[Record], actor: Actor, operation: str) -> bool:
    # A rule that grants reading alone makes rows that one sees and may not change.
    return bool(_ruling(record_class, actor, operation) or _ruling(record_class, actor, scopes.READ))


def permits(session: Session, record: Record, operation: str) -> bool:
    """Say whether the data rules let the actor do something with a record that they see; it asks no function right.

    One statement, and none where no rule speaks of the record.
    """
    actor, cls = current_actor(), _topmost(type(record))
    if actor.is_system or not _is_ruled(cls, actor, operation):
        return True
    return not _beyond(session, cls, {record.id}, operation)


def _beyond(session: Session, cls: type[Record], ids: set[int], operation: str) -> set[int]:
    # The rows among these ids that lie outside what the actor may do that with.
    actor = current_actor()
    allowed = _allowed(cls, actor, operation) if actor.rules else []  # what is seen may be changed
    statement = select(cls.id).where(cls.id.in_(ids), *allowed)
    with include_deleted():
        return ids - set(session.execute(statement).scalars())


def _topmost(cls: type[Any]) -> type[Record]:
    mapper: Mapper[Any] = inspect(cls)
    return mapper.base_mapper.class_  # type: ignore[no-any-return]


class NobodyActs(RuntimeError):
    """Records were asked for outside `acting_as`: a fault of the program, which would otherwise see no rows at all."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} was read while nobody acts: use acting_as, or system_scope for columns")


class RowRule(LoaderCriteriaOption):
    """A class's criterion, turned to the alias wherever the class is read under one.

    SQLAlchemy turns it in WHERE and in joins along a relation, but adds it as it stands to a join along an expression
    (`join(other, other.id == Ticket.parent_id)`): the alias then had no criterion and showed hidden rows.
    """

    __slots__ = ()
    # Named again so that statements stay cached: SQLAlchemy looks for it in the class itself.
    _traverse_internals = LoaderCriteriaOption._traverse_internals

    def _resolve_where_criteria(self, ext_info: Any) -> ColumnElement[bool]:
        found = super()._resolve_where_criteria(ext_info)
        return ext_info._adapter.traverse(found) if ext_info.is_aliased_class else found  # type: ignore[no-any-return]


def _options(actor: Actor) -> tuple[Any, ...]:
    if not actor.rules:
        # Then the criteria follow from the actor's value alone: whose rights change is another value.
        return _by_rights(actor, _deleted.get(), len(Model.registry.mappers), _registered)
    key = ("rights", id(actor), _deleted.get())
    running = unit.current()
    if running is not None and key in running.cache:
        return running.cache[key][0]  # type: ignore[no-any-return]
    # Joined loads ask for rules that propagate. What a row took along for its lazy loads is dropped again in
    # `_on_execute`: each SELECT, lazy ones too, passes there and gets the criterion of its own actor.
    options = _made(actor)
    if running is not None:
        running.cache[key] = (options, actor)  # the actor is kept so that its id is not reused
    return options


def _made(actor: Actor) -> tuple[RowRule, ...]:
    return tuple(RowRule(cls, criterion(cls, actor), include_aliases=True) for cls in record_classes())


@lru_cache(maxsize=512)
def _by_rights(actor: Actor, _with_deleted: bool, _classes: int, _rules_so_far: int) -> tuple[RowRule, ...]:
    # A tenth of a page's work was to make twenty criteria, the same ones for every request of an actor.
    return _made(actor)


def _on_execute(state: ORMExecuteState) -> None:
    if state.is_column_load:
        return
    if state.is_update or state.is_delete:
        _refuse_bulk(state)
        return
    if not state.is_select:
        return
    _refuse_lock_outside_unit(state.statement)
    state.statement = _without_rules(state.statement)
    actor = current_actor()
    if _system.get():
        if not actor.is_system:
            _refuse_entities(state)
        return
    if _touches_records(state):
        _refuse_nobody(state)
        state.statement = state.statement.options(*_options(actor))


def _refuse_nobody(state: ORMExecuteState) -> None:
    if not is_acting():
        for mapper in state.all_mappers:
            if issubclass(mapper.class_, Record):
                raise NobodyActs(mapper.class_.__name__)


def _without_rules(statement: Any) -> Any:
    options = getattr(statement, "_with_options", ())
    if not any(isinstance(option, RowRule) for option in options):
        return statement
    bare = statement._generate()
    bare._with_options = tuple(option for option in options if not isinstance(option, RowRule))
    return bare


def _touches_records(state: ORMExecuteState) -> bool:
    # Flask-AppBuilder's own tables carry no rule; leaving them alone spares each permission query the work.
    mappers = state.all_mappers
    if not mappers or state.is_relationship_load:
        return True
    return not all(mapper.class_.__tablename__.startswith("ab_") for mapper in mappers)


def _refuse_lock_outside_unit(statement: Any) -> None:
    # A row locked by a reader is locked for nothing: on SQLite not at all, on PostgreSQL without the right to write.
    running = unit.current()
    if getattr(statement, "_for_update_arg", None) is not None and (running is None or not running.write):
        raise unit.WriteOutsideUnit


def _refuse_bulk(state: ORMExecuteState) -> None:
    mapper = state.bind_mapper
    if mapper is not None and issubclass(mapper.class_, Record) and not current_actor().is_system:
        raise Forbidden(f"bulk UPDATE or DELETE on {mapper.class_.__name__}")


def _refuse_entities(state: ORMExecuteState) -> None:
    for description in getattr(state.statement, "column_descriptions", ()):
        found = inspect(description.get("expr"), raiseerr=False)
        if isinstance(found, Mapper | AliasedInsp) and issubclass(found.mapper.class_, Record):
            raise RuntimeError(f"system_scope selects columns, never entities: {found.mapper.class_.__name__}")  # noqa: TRY004


def check_visible(session: Session, modified: list[Any], deleted: list[Any]) -> None:
    """Refuse a flush that changes or deletes a record which the actor may not see, or not change so.

    Raises Forbidden.
    """
    if current_actor().is_system or _system.get():
        return
    asked: dict[tuple[type[Record], str], set[int]] = {}
    for instance in modified:
        if isinstance(instance, Record):
            operation = scopes.DELETE if _goes(instance) else scopes.WRITE
            asked.setdefault((_topmost(type(instance)), operation), set()).add(instance.id)
    for instance in deleted:
        if isinstance(instance, Record):
            asked.setdefault((_topmost(type(instance)), scopes.DELETE), set()).add(instance.id)
    for (cls, operation), ids in asked.items():
        if _beyond(session, cls, ids, operation):
            raise Forbidden


def check_created(session: Session, created: list[Any]) -> None:
    """Refuse new records that a limit keeps the actor from making. Raises Forbidden."""
    actor = current_actor()
    if actor.is_system or _system.get() or not any(rule.is_limit for rule in actor.rules):
        return
    made: dict[type[Record], set[int]] = {}
    for instance in created:
        if isinstance(instance, Record):
            made.setdefault(_topmost(type(instance)), set()).add(instance.id)
    for cls, ids in made.items():
        limits = _limits(cls, actor, scopes.CREATE)
        if not limits:
            continue
        # Columns of rows that may be out of sight already: whether they may be made is another question.
        with system_scope(), include_deleted():
            inside = set(session.execute(select(cls.id).where(cls.id.in_(ids), *limits)).scalars())
        if ids - inside:
            raise Forbidden(_("This lies outside what you may create records for."))


def _goes(instance: Any) -> bool:
    history = inspect(instance).attrs.deleted_at.history
    return bool(history.has_changes() and instance.deleted_at is not None)


def install(session_class: type[Session]) -> None:
    """Attach the rule to a session class; once a process."""
    if not event.contains(session_class, "do_orm_execute", _on_execute):
        event.listen(session_class, "do_orm_execute", _on_execute)
