"""What is done with many records and another one at once: children of it, merged into it, resolved with their own."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.sdk.actor import Actor
from app.sdk.i18n import LazyString, _, _l
from app.web.another import another_form
from app.web.bulk import Before, BulkAction, Step
from app.web.family_routes import SURVIVOR
from app.web.related_routes import CHILDREN


class _WithAnother(BulkAction):
    """Base: the dialog asks for one other record."""

    field: str
    asked_label: LazyString | str

    def form(self, view: Any, items: Sequence[Any]) -> Any:
        return another_form(view, self.field, self.asked_label, [item.id for item in items])

    def values(self, view: Any, form: Any) -> dict[str, Any]:
        return {self.field: form[self.field].data}


class SetParent(_WithAnother):
    """Each becomes a child of the other one."""

    key, label, icon = "parent", _l("Set as children of"), "hierarchy"
    field, asked_label = "other", _l("Parent record")

    def may(self, view: Any, actor: Actor) -> bool:
        return bool(view.may_link(actor))

    def run(self, view: Any, actor: Actor, item: Any, values: Mapping[str, Any], version: int | None) -> Before | None:
        return {"link": view.service.link(actor, item.id, "parent", values["other"] or 0).id}

    def put_back(self, view: Any, actor: Actor, item: Any, before: Before, version: int | None) -> None:
        view.service.unlink(actor, item.id, before["link"])


class MergeInto(_WithAnother):
    """Each goes on in the other one."""

    key, label, icon = "merge", _l("Merge into another"), "git-merge"
    field, asked_label = SURVIVOR, _l("Goes on in")

    def may(self, view: Any, actor: Actor) -> bool:
        return view.service.merge_permission is not None and actor.can(view.service.merge_permission)

    def why_not(self, view: Any, item: Any, actor: Actor) -> str | None:
        if not any(step.action == "merge" for step in view.workflow.steps(item.state, getattr(item, "kind", ""))):
            return _("Not possible in the state “%(state)s”", state=view.workflow.state(item.state).label)
        return None

    def run(self, view: Any, actor: Actor, item: Any, values: Mapping[str, Any], version: int | None) -> Before | None:
        view.service.check_version(view.service.get_for_update(item.id), version)
        return {"merge": view.service.merge(actor, values[SURVIVOR] or 0, item.id).id}

    def put_back(self, view: Any, actor: Actor, item: Any, before: Before, version: int | None) -> None:
        view.service.undo_merge(actor, before["merge"])


class ResolveWithChildren(Step):
    """Each is resolved with all that is open below it."""

    def __init__(self, action: str = "resolve") -> None:
        super().__init__(action)
        self.key, self.icon = "family.resolve", "hierarchy"

    def title(self, view: Any) -> str:
        return _("Resolve with their children")

    def values(self, view: Any, form: Any) -> dict[str, Any]:
        return {**super().values(view, form), CHILDREN: True}

    def run(self, view: Any, actor: Actor, item: Any, values: Mapping[str, Any], version: int | None) -> Before | None:
        super().run(view, actor, item, values, version)
        return None  # what came of the children is theirs
