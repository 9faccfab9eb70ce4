"""What pages and REST have in common: rights by read and write, filters of one request, services called safely."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from flask import g, has_request_context
from sqlalchemy.exc import IntegrityError

from app.db import session
from app.records.values import field_of
from app.sdk.actor import Actor
from app.sdk.errors import BusinessError, InvalidField
from app.sdk.i18n import _
from app.sdk.workflow import Transition, Workflow, kind_of
from app.web.custom_forms import step_fields
from app.web.filters import DeskFilters
from app.web.labels import with_automatic

READ_ROUTES = ("list", "list_rows", "show", "panel", "download", "options", "attachment", "transition", "watch", "get",
               "get_list", "info", "columns", "export", "entries", "presence", "colleagues", "canned", "picture",
               "card", "file", "entry", "versions", "transitions", "timeline", "attachments", "tag_list", "watchers",
               "unwatch", "hints")
WRITE_ROUTES = ("add", "edit", "note", "call", "attach", "tags", "post", "put", "action", "action_post", "order",
                "take_in", "replace", "reset", "edit_entry", "withdraw_entry")
# What each of them changes asks for its own right besides.
IN_PLACE_ROUTES = ("bulk", "bulk_undo", "cell", "row", "move", "delete", "restore", "merge", "unmerge")
# Two keys a resource, whatever its methods are called. A transition asks for its own right besides.
READ_WRITE = {**dict.fromkeys((*READ_ROUTES, *IN_PLACE_ROUTES), "read"), **dict.fromkeys(WRITE_ROUTES, "write")}

# What a page leaves out whose rows are read there only.
WRITING_ROUTES = {*WRITE_ROUTES, "delete", "download", "transition", "watch", "bulk", "bulk_undo", "move"}


class OwnFilters:
    """Active filters that belong to the request: Flask-AppBuilder keeps them in the view, shared by all threads."""

    # None until the view has made its filters; Flask-AppBuilder looks at every attribute before that.
    _possible: DeskFilters | None = None

    @property
    def _filters(self) -> DeskFilters | None:
        if self._possible is None or not has_request_context():
            return self._possible
        mine = g.setdefault("desk_filters", {})
        if id(self) not in mine:
            from app.web.custom_filters import offer

            mine[id(self)] = offer(self._possible.fresh(), self)
        return mine[id(self)]  # type: ignore[no-any-return]

    @_filters.setter
    def _filters(self, possible: DeskFilters | None) -> None:
        if possible is not None:
            self._possible = possible


class LazyLabels:
    """Automatic labels in the reader's language, in a mapping of the view's own."""

    label_columns: Any

    def _gen_labels_columns(self, list_columns: Iterable[str]) -> None:
        self.label_columns = with_automatic(self.label_columns or {}, list_columns)


class RecordDoor:
    """The service behind a page or a resource, and the life cycle it offers."""

    service: Any = None
    workflow: Workflow | None = None
    datamodel: Any
    class_permission_name: Any
    method_permission_name: ClassVar[Any] = READ_WRITE

    def call_service(self, method: Callable[..., Any], *args: Any) -> Any:
        """Call a service method in a savepoint, so that a refusal leaves the session clean for the form.

        Raises BusinessError; a broken unique or foreign-key rule becomes its field's InvalidField.
        """
        try:
            with session().begin_nested():
                result = method(*args)
                session().flush()
        except IntegrityError as error:
            field = field_of(error, self.datamodel.obj) or "id"
            raise InvalidField(field, _("This value is in use already, or does not exist.")) from error
        return result

    def steps(self, item: Any, actor: Actor) -> list[dict[str, Any]]:
        """Return the steps that the life cycle and the actor's rights offer now, each with why it may be refused."""
        if self.workflow is None:
            return []
        offered = [step for step in self.workflow.steps(item.state, kind_of(item))
                   if not step.is_hidden and actor.can(step.permission) and self.offers(item, step, actor)]
        return [{"action": step.action, "label": step.label, "colour": step.colour, "step": step,
                 "refused": self.why_not(item, step, actor)} for step in offered]

    def why_not(self, item: Any, step: Transition, actor: Actor) -> str | None:
        """Ask the service: the button, the API and the step itself ask the same question."""
        check = getattr(self.service, "why_not", None)
        return check(actor, item, step.action) if check is not None else None

    def offers(self, item: Any, step: Transition, actor: Actor) -> bool:
        """Say whether a step is for the actor at all: one that is refused for the moment is shown, with why."""
        asked = getattr(self.service, "offers", None)
        return asked is None or bool(asked(actor, item, step.action))

    def may_see_internal(self, actor: Actor) -> bool:
        """Say whether the actor sees what is not for customers: everybody, where there is no right to it."""
        needed = getattr(self.service, "see_internal", None)
        return needed is None or actor.can(needed)

    def asked(self, step: Transition, item: Any = None) -> list[str]:
        """Return the fields of a step's dialog: those it offers, then what must be filled and is not yet."""
        workflow = self.workflow
        assert workflow is not None  # noqa: S101 - a step comes from a life cycle
        needed = {name for name in workflow.state(step.target).required if not getattr(item, name, None)}
        custom = [one.name for one in step_fields(self, step, item)]
        return list(dict.fromkeys([*step.asks, *sorted(step.required), *sorted(needed), *custom]))

    def field_name(self, name: str) -> str:
        """Return the relation's name for its key column: `assignee_id` is `assignee`."""
        relation = name.removesuffix("_id")
        return relation if relation != name and self.datamodel.is_relation(relation) else name


def messages(error: BusinessError) -> list[str]:
    """Return what to say above a form."""
    return [error.message] if error.message else []
