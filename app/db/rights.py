"""Data rights in the query layer: every SELECT of a record, by whatever way, gets the actor's criterion.

A class without a rule of its own is visible to those who hold `<record_type>.read`, and to nobody else: a new model
is closed until somebody opens it. Soft-deleted rows are left out by the same criterion.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import ColumnElement, event, false, inspect, select, true
from sqlalchemy.orm import Mapper, ORMExecuteState, Session
from sqlalchemy.orm.util import AliasedInsp, LoaderCriteriaOption

from app.db import unit
from app.db.base import Model, Record
from app.sdk.actor import Actor, current_actor, is_acting
from app.sdk.errors import Forbidden

Rule = Callable[[Actor], ColumnElement[bool] | None]
_rules: dict[type[Record], Rule] = {}
_system: ContextVar[bool] = ContextVar("system_scope", default=False)
_deleted: ContextVar[bool] = ContextVar("include_deleted", default=False)


def register_scope(record_class: type[Record], rule: Rule) -> None:
    """Say which rows of a class an actor may see: a criterion, None for all, `false()` for none."""
    _rules[record_class] = rule


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
    allowed: ColumnElement[bool] | None = true()
    if not actor.is_system:
        rule = _rules.get(record_class)
        if rule is not None:
            allowed = rule(actor)
        elif not actor.can(f"{record_class.record_type()}.read"):
            allowed = false()
    parts = [] if allowed is None or allowed is true() else [allowed]
    if not _deleted.get():
        parts.append(record_class.deleted_at.is_(None))
    result: ColumnElement[bool] = true()
    for part in parts:
        result = part if result is true() else result & part
    return result


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
    key = ("rights", id(actor), _deleted.get())
    running = unit.current()
    if running is not None and key in running.cache:
        return running.cache[key][0]  # type: ignore[no-any-return]
    # Joined loads ask for rules that propagate. What a row took along for its lazy loads is dropped again in
    # `_on_execute`: each SELECT, lazy ones too, passes there and gets the criterion of its own actor.
    options = tuple(RowRule(cls, criterion(cls, actor), include_aliases=True) for cls in record_classes())
    if running is not None:
        running.cache[key] = (options, actor)  # the actor is kept so that its id is not reused
    return options


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


def check_visible(session: Session, changed: list[Any]) -> None:
    """Refuse a flush that changes or deletes a record which the actor may not see. Raises Forbidden."""
    actor = current_actor()
    if actor.is_system or _system.get():
        return
    by_class: dict[type[Record], set[int]] = {}
    for instance in changed:
        if isinstance(instance, Record):
            mapper: Mapper[Any] = inspect(type(instance))
            by_class.setdefault(mapper.base_mapper.class_, set()).add(instance.id)
    for cls, ids in by_class.items():
        with include_deleted():
            seen = session.execute(select(cls.id).where(cls.id.in_(ids))).scalars().all()
        if len(seen) != len(ids):
            raise Forbidden


def install(session_class: type[Session]) -> None:
    """Attach the rule to a session class; once a process."""
    if not event.contains(session_class, "do_orm_execute", _on_execute):
        event.listen(session_class, "do_orm_execute", _on_execute)
