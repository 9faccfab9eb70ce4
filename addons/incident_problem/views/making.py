"""Making a problem of incidents that are picked in their list."""

from collections.abc import Mapping, Sequence
from typing import Any

from addons.problem.models import Problem
from addons.problem.permissions import PROBLEM_LINK, PROBLEM_WRITE
from addons.problem.services import problem_service
from addons.ticket import repositories
from app.sdk.actor import Actor
from app.sdk.i18n import _l
from app.web.bulk import Before, BulkAction
from app.web.list_links import page_of

FIELDS = ("title", "source", "symptoms", "category", "service", "impact", "urgency", "group")
COMMON = ("title", "category", "service", "impact", "urgency")
# What is made of incidents came to notice by them.
SOURCE = ("problem.source", "reactive")


class MakeProblem(BulkAction):
    """One problem that has caused all of them."""

    key, label, icon = "problem", _l("Make a problem of them"), "bug"

    def may(self, view: Any, actor: Actor) -> bool:
        return actor.can(PROBLEM_WRITE) and actor.can(PROBLEM_LINK) and bool(view.may_link(actor))

    def form(self, view: Any, items: Sequence[Any]) -> Any:
        form = page_of(Problem).fields_form(FIELDS, ["title"]).refresh()
        if not form.is_submitted():
            form._fields["source"].process_data(repositories.value_id(*SOURCE))
        for name in () if form.is_submitted() else COMMON:
            # What all of them have in common is most likely the problem's.
            held = {getattr(item, name) for item in items}
            if len(held) == 1 and (common := held.pop()) is not None:
                form._fields[name].process_data(common)
        return form

    def begin(self, view: Any, actor: Actor, items: Sequence[Any], values: Mapping[str, Any]) -> Mapping[str, Any]:
        made = problem_service.create(actor, values)
        return {"problem": made.id, "label": str(made)}

    def leads_to(self, values: Mapping[str, Any]) -> tuple[str, str] | None:
        return values["label"], page_of(Problem).url_of(values["problem"])

    def run(self, view: Any, actor: Actor, item: Any, values: Mapping[str, Any], version: int | None) -> Before | None:
        return {"link": view.service.link(actor, item.id, "caused_by", values["problem"]).id}

    def put_back(self, view: Any, actor: Actor, item: Any, before: Before, version: int | None) -> None:
        view.service.unlink(actor, item.id, before["link"])
