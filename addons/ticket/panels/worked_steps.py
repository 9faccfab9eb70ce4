"""The dialog of a step that resolves takes the minutes worked as well."""

from typing import Any

from wtforms import validators

from addons.ticket.models import WorkEntry
from addons.ticket.permissions import WORK_ENTRY_READ, WORK_ENTRY_WRITE
from addons.ticket.services import worked
from app.db import field_rights
from app.sdk.actor import Actor, current_actor
from app.sdk.i18n import _l
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
