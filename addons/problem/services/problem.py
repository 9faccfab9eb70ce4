"""What is special about problems among tickets."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import inspect

from addons.problem.events import KnownErrorRetired, WorkaroundPublished
from addons.problem.models import Problem
from addons.problem.permissions import (
    PROBLEM_ASSIGN,
    PROBLEM_DELETE,
    PROBLEM_LINK,
    PROBLEM_MERGE,
    PROBLEM_OVERRIDE_PRIORITY,
    PROBLEM_PUBLISH,
    PROBLEM_SEE_INTERNAL,
    PROBLEM_SPLIT,
    PROBLEM_WRITE,
)
from addons.problem.services import left_to_do
from addons.problem.services.known_errors import is_offered
from addons.problem.workflow import PROBLEM
from addons.ticket.services.ticket import PICKLISTS, TicketService
from app.records.lists import today
from app.records.merges import RecordMerge
from app.records.values import all_or_nothing
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField
from app.sdk.events import announce
from app.sdk.i18n import _

KIND = "problem"
ENDED_UNSOLVED = frozenset({"cancel", "accept_risk"})
OF_KNOWN_ERRORS = frozenset({"confirm_error", "retire_error"})
FIELDS = {
    "title", "description", "symptoms", "source", "service", "category", "impact", "urgency", "priority", "group",
    "assignee", "supplier", "external_reference", "root_cause_code", "root_cause", "workaround", "permanent_fix",
    "is_public", "review_on", "confidentiality",
}


class ProblemService(TicketService[Problem]):
    """Create, update and move problems. Flushes, never commits."""

    workflow = PROBLEM
    override_priority = PROBLEM_OVERRIDE_PRIORITY
    assign = PROBLEM_ASSIGN
    see_internal = PROBLEM_SEE_INTERNAL
    link_permission, merge_permission, split_permission = PROBLEM_LINK, PROBLEM_MERGE, PROBLEM_SPLIT
    picklists = {**PICKLISTS, "source_id": "problem.source", "root_cause_code_id": "problem.root_cause_code"}
    rich = frozenset({"description", "symptoms", "root_cause", "workaround", "permanent_fix"})

    def with_defaults(self, actor: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
        """Nobody calls about a problem: it has one kind."""
        return dict(values)

    def prepare(self, actor: Actor, record: Problem, values: Mapping[str, Any]) -> None:
        record.kind = KIND
        # A form sends the box of a new problem also where it is left empty.
        is_told = "is_public" in values and (record.is_public or not inspect(record).transient)
        if is_told and not actor.can(PROBLEM_PUBLISH):
            raise InvalidField("is_public", _("You may not say what customers read."))
        super().prepare(actor, record, values)

    def can_resolve(self, _actor: Actor, problem: Problem) -> str | None:
        """Say why the problem cannot be resolved, or None."""
        return _("Finish or drop its open tasks first.") if left_to_do.has_open_tasks(problem.id) else None

    # A meeting after the solution may have wanted more.
    can_close = can_resolve

    def can_confirm_error(self, _actor: Actor, problem: Problem) -> str | None:
        """Say why there is no known error to look at again, or None."""
        return None if is_offered(problem) else _("There is no published workaround.")

    can_retire_error = can_confirm_error

    def offers(self, actor: Actor, ticket: Problem, action: str) -> bool:
        """Say whether a step is shown: those of a known error where there is one."""
        return action not in OF_KNOWN_ERRORS or is_offered(ticket)

    def before_step(self, actor: Actor, ticket: Problem, action: str, values: dict[str, Any]) -> dict[str, Any]:
        """Return the values of a step; a published workaround gets its edition."""
        if action == "publish":
            said = values.get("workaround", ticket.workaround)
            if is_offered(ticket) and said == ticket.published_workaround:
                text = _("This workaround is published already. Change it first.")
                raise Conflict(text, fields={"workaround": text})
            return {**values, "published_workaround": said, "edition": ticket.edition + 1, "published_at": clock.now(),
                    "retired_at": None}
        if action == "confirm_error":
            if values.get("review_on") is not None and values["review_on"] <= today():
                raise InvalidField("review_on", _("Choose a day that is still to come."))
            return {**values, "reviewed_at": clock.now()}
        if action == "retire_error":
            return {**values, "retired_at": clock.now()}
        return super().before_step(actor, ticket, action, values)

    def after_step(self, actor: Actor, ticket: Problem, action: str, reason: str | None) -> None:
        """Let others tell of a workaround; who stops working on a problem leaves no task of it open."""
        if action == "publish":
            announce(WorkaroundPublished(ticket.id, ticket.edition))
        elif action == "retire_error":
            announce(KnownErrorRetired(ticket.id))
        elif action in ENDED_UNSOLVED:
            left_to_do.drop(ticket)

    @all_or_nothing
    def merge(self, actor: Actor, winner_id: int, loser_id: int, take: Iterable[str] = ()) -> RecordMerge:
        """Let one problem go on in another, its open tasks too. Raises as merging tickets does."""
        made = super().merge(actor, winner_id, loser_id, take)
        tasks = left_to_do.open_tasks(loser_id)
        left_to_do.move(tasks, winner_id)
        made.journal = {**(made.journal or {}), "tasks": [one.id for one in tasks]}
        return made

    @all_or_nothing
    def undo_merge(self, actor: Actor, merge_id: int, *, rest: bool = False) -> RecordMerge:
        """Take a merge back, with the tasks that are still open. Raises as undoing it for tickets does."""
        found = super().undo_merge(actor, merge_id, rest=rest)
        moved = set((found.journal or {}).get("tasks", ()))
        left_to_do.move([one for one in left_to_do.open_tasks(found.winner_id) if one.id in moved], found.loser_id)
        return found


problem_service = ProblemService(Problem, PROBLEM_WRITE, FIELDS, required={"title"}, delete=PROBLEM_DELETE)
