"""Resolving the incidents of a problem with what it says: its permanent fix, else its workaround."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from addons.incident.permissions import INCIDENT_RESOLVE
from addons.incident_problem.services.telling import CAUSED_BY
from addons.problem.models import Problem
from addons.problem.permissions import PROBLEM_READ
from addons.ticket.services import family
from app.db import session
from app.records.links import RecordLink
from app.records.rich_text import to_type
from app.sdk.actor import Actor
from app.sdk.i18n import _, _l
from app.sdk.workflow import OPEN, PAUSED
from app.web.bulk import Before, BulkAction

FIELDS, ACTION = ("resolution_code", "cause_code", "solution"), "resolve"


class ResolveByProblem(BulkAction):
    """Each is resolved as its problem says; what nobody has begun is given to a group first, so that it can be."""

    key, label, icon = "problem.resolve", _l("Resolve as their problem says"), "circle-check"
    permission = INCIDENT_RESOLVE
    fields = FIELDS

    def may(self, view: Any, actor: Actor) -> bool:
        return actor.can(INCIDENT_RESOLVE) and actor.can(PROBLEM_READ)

    def form(self, view: Any, items: Sequence[Any]) -> Any:
        form = view.fields_form(FIELDS, ["resolution_code", "solution"]).refresh()
        if not form.is_submitted():
            said = {found.permanent_fix or found.published_workaround for found in self._problems(items).values()}
            if len(said) == 1:
                form.solution.data = to_type(said.pop())
        return form

    def why_not(self, view: Any, item: Any, actor: Actor) -> str | None:
        if item.state_category not in (OPEN, PAUSED):
            return _("It is over already.")
        return None if item.id in self._problems([item]) else _("No problem is linked with this incident.")

    def target(self, view: Any, item: Any) -> str | None:
        return "resolved"

    def values(self, view: Any, form: Any) -> dict[str, Any]:
        return {name: value for name, value in view.typed(form, list(FIELDS)).items() if value not in (None, "")}

    def run(self, view: Any, actor: Actor, item: Any, values: Mapping[str, Any], version: int | None) -> Before | None:
        view.service.check_version(view.service.get_for_update(item.id), version)
        family.resolve(actor, self._problems([item])[item.id], item, ACTION, values)
        return None  # whoever called has been told

    @staticmethod
    def _problems(items: Sequence[Any]) -> dict[int, Problem]:
        link = RecordLink
        wanted = select(link.source_id, Problem).join(Problem, Problem.id == link.target_id).where(
            link.kind == CAUSED_BY, link.source_type == "incident", link.target_type == "problem",
            link.source_id.in_([item.id for item in items])).order_by(link.id.desc())
        return {row[0]: row[1] for row in session().execute(wanted)}
