"""Filters without a value of their own, or with several: empty, one of, me, one of my work groups, open."""

from collections.abc import Callable, Collection
from typing import Any, ClassVar

from flask_appbuilder.models.filters import BaseFilter, FilterRelation
from sqlalchemy import ColumnElement, String, false

from app.organisation.models import Person, WorkGroup
from app.sdk.actor import Actor, current_actor
from app.sdk.i18n import _l
from app.sdk.workflow import OPEN, PAUSED, Workflow
from app.web.filters import as_list, typed
from app.web.ids import as_id


def held(one: Any) -> Any:
    """Return the column that a filter compares: a relation's own key, so that nothing is joined."""
    name = one.column_name
    is_relation = one.datamodel.is_relation_many_to_one(name) or one.datamodel.is_relation_one_to_one(name)
    return getattr(one.model, one.datamodel.fk_name(name) if is_relation else name)


class EmptyFilter(BaseFilter):  # type: ignore[misc]
    """Nothing is there; an empty text is nothing as well."""

    name, arg_name = _l("is empty"), "empty"

    @property
    def is_offered(self) -> bool:
        """Say whether the column can be empty at all."""
        return bool(self.datamodel.is_nullable(self.column_name))

    def criterion(self) -> ColumnElement[bool]:
        """Return the rows where nothing is there."""
        column = held(self)
        nothing: ColumnElement[bool] = column.is_(None)
        return nothing | (column == "") if isinstance(column.type, String) else nothing

    def apply(self, query: Any, value: Any) -> Any:
        return query.filter(self.criterion())


class NotEmptyFilter(EmptyFilter):
    """Something is there."""

    name, arg_name = _l("is not empty"), "nempty"

    def apply(self, query: Any, value: Any) -> Any:
        return query.filter(~self.criterion())


class OneOfFilter(BaseFilter):  # type: ignore[misc]
    """One of several values or codes."""

    name, arg_name = _l("is one of"), "in"
    takes_all = True

    def apply(self, query: Any, value: Any) -> Any:
        wanted = [typed(self.datamodel, self.column_name, one) for one in as_list(value)]
        return query.filter(held(self).in_([one for one in wanted if one is not None]))


class OneOfRelatedFilter(FilterRelation):  # type: ignore[misc]
    """One of several related records, by their ids."""

    name, arg_name = _l("is one of"), "rel_in"
    takes_all = True

    def apply(self, query: Any, value: Any) -> Any:
        wanted = [key for key in map(as_id, as_list(value)) if key is not None]
        return query.filter(held(self).in_(wanted))


class MineFilter(BaseFilter):  # type: ignore[misc]
    """What belongs to whoever reads: evaluated when the list is opened, so that one address serves everybody."""

    name, arg_name = _l("is me"), "me"
    ids: ClassVar[Callable[[Actor], Collection[int | None]]] = lambda actor: (actor.person_id,)

    def apply(self, query: Any, value: Any) -> Any:
        mine = [key for key in type(self).ids(current_actor()) if key is not None]
        return query.filter(held(self).in_(mine) if mine else false())


class MyGroupsFilter(MineFilter):
    """One of the reader's own work groups."""

    name, arg_name = _l("is one of my work groups"), "my_groups"
    ids = lambda actor: sorted(actor.group_ids)  # noqa: E731 - as above


OWN: dict[type[Any], type[MineFilter]] = {Person: MineFilter, WorkGroup: MyGroupsFilter}


class OpenFilter(BaseFilter):  # type: ignore[misc]
    """In a state in which work is left to do, by the categories of the life cycle."""

    name, arg_name = _l("is open"), "open"
    workflow: Workflow
    wants_open = True

    def apply(self, query: Any, value: Any) -> Any:
        if hasattr(self.model, "state_category"):
            found = self.model.state_category.in_((OPEN, PAUSED))
        else:
            found = getattr(self.model, self.column_name).in_(self.workflow.codes(OPEN, PAUSED))
        return query.filter(found if self.wants_open else ~found)


class NotOpenFilter(OpenFilter):
    """Resolved or closed."""

    name, arg_name, wants_open = _l("is not open"), "nopen", False


def open_filters(workflow: Workflow) -> list[type[OpenFilter]]:
    """Return the two filters of a life cycle."""
    return [type(kind.__name__, (kind,), {"workflow": workflow}) for kind in (OpenFilter, NotOpenFilter)]
