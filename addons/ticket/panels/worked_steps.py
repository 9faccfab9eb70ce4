"""The dialog of a step that resolves takes the minutes worked as well, and so does the composer of the timeline."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from wtforms import validators

from addons.ticket.models import WorkEntry
from addons.ticket.panels.work_log import time_text
from addons.ticket.permissions import WORK_ENTRY_EDIT_OTHERS, WORK_ENTRY_READ, WORK_ENTRY_WRITE
from addons.ticket.services import worked
from addons.ticket.services.surroundings import WORK
from addons.ticket.services.work import why_closed
from app.db import field_rights, session
from app.sdk.actor import Actor, current_actor
from app.sdk.i18n import _, _l
from app.sdk.workflow import RESOLVED, Transition
from app.web.duration_field import DurationField


def may_log(actor: Actor) -> bool:
    """Say whether somebody logs work of their own."""
    has_right = actor.can(WORK_ENTRY_READ) and actor.can(WORK_ENTRY_WRITE) and actor.person_id is not None
    return has_right and not field_rights.locked(WorkEntry, ["minutes"], actor)


def worked_field(*, is_needed: bool = False) -> DurationField:
    """Return the field of the minutes worked on a form that resolves; where they are needed it must be filled."""
    if is_needed:
        checks = [validators.InputRequired(_l("First log the work that was done."))]
        return DurationField(_l("Time worked"), checks,
                             description=_l("No work has been logged yet; for example 90, 1:30 or 1h30."))
    return DurationField(_l("Time worked"), [validators.Optional()],
                         description=_l("For your own work log; for example 90, 1:30 or 1h30."))


class WorkedSteps:
    """Mixed into the page of a type of ticket, before what makes its forms."""

    service: Any
    workflow: Any

    def step_form(self, step: Transition, item: Any) -> Any:
        """Return the form of a step; one that resolves asks how long somebody worked."""
        made, actor = super().step_form(step, item), current_actor()  # type: ignore[misc]
        if not may_log(actor) or not getattr(item, "id", None) or self.workflow.category(step.target) != RESOLVED:
            return made
        field = worked_field(is_needed=worked.lacks_work(self.service, actor, item, step))
        return type("WorkedStepForm", (made,), {worked.WORKED: field})

    def composer_parts(self, item: Any, actor: Actor) -> list[str]:
        """Return the templates of what the composer asks for: for whoever may log work, how long they worked."""
        found: list[str] = super().composer_parts(item, actor)  # type: ignore[misc]
        may = may_log(actor) and (actor.can(WORK_ENTRY_EDIT_OTHERS) or why_closed(item) is None)
        return [*found, "ticket/composer_worked.html"] if may else found

    def said_beside(self, entries: Sequence[Any], actor: Actor) -> dict[int, str]:
        """Return how long was worked where work was logged with a text, as the work log has it now."""
        found: dict[int, str] = super().said_beside(entries, actor)  # type: ignore[misc]
        logged = {entry.id: entry.data[WORK] for entry in entries if (entry.data or {}).get(WORK)}
        if not logged or not actor.can(WORK_ENTRY_READ) or "minutes" not in field_rights.shown(WorkEntry, ["minutes"]):
            return found
        rows = session().execute(select(WorkEntry.id, WorkEntry.minutes).where(WorkEntry.id.in_(logged.values())))
        minutes = {row.id: row.minutes for row in rows}
        return found | {key: _("%(time)s worked", time=time_text(minutes[work]))
                        for key, work in logged.items() if work in minutes}
