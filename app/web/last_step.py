"""Which step was taken last and by whom: told to whoever wanted to take another one, or to save, a moment later."""

from typing import Any

from app.db import record_type_of, session
from app.records.timeline import latest_step
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError, Conflict
from app.sdk.i18n import _
from app.sdk.workflow import Transition, kind_of
from app.web.moments import moment_text
from app.web.words import actor_text


def last_step(view: Any, item: Any) -> str:
    """Return who took the record's last step and when, in a sentence; empty where there was none.

    Customers are told of the step, not of who took it.
    """
    if view.workflow is None:
        return ""
    entry = latest_step(session(), record_type_of(type(item)), item.id)
    if entry is None or not (entry.data or {}).get("action"):
        return ""
    step, at = view.workflow.label(entry.data["action"]), moment_text(entry.at)
    if not view.may_see_internal(current_actor()):
        return _("The last step was “%(step)s” (%(time)s).", step=step, time=at)
    who = actor_text(entry.actor_label)
    return _("%(person)s took the step “%(step)s” (%(time)s).", person=who, step=step, time=at)


def with_last_step(view: Any, item: Any, error: BusinessError) -> BusinessError:
    """Return the refusal of a step, saying as well which one somebody took meanwhile."""
    said = last_step(view, item)
    if said:
        error.message = f"{error.message} {said}"
    return error


def step_now(view: Any, item: Any, action: str) -> Transition:
    """Return a step as the record's state offers it. Raises Conflict saying who took which step before."""
    try:
        return view.workflow.step(item.state, action, kind_of(item))  # type: ignore[no-any-return]
    except Conflict as error:
        raise with_last_step(view, item, error) from None
