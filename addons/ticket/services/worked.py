"""Minutes worked that are said with a step of a ticket, and that a ticket is not resolved before work was logged.

A type says by `needs_work` of its service whether that is so for a ticket. What is resolved along with another needs
none of its own: the work was done on the other one.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from addons.ticket import repositories
from addons.ticket.models import WorkEntry
from addons.ticket.services.work import work_entry_service
from app.sdk.actor import Actor
from app.sdk.durations import minutes_of
from app.sdk.errors import BusinessError, InvalidField
from app.sdk.i18n import _
from app.sdk.workflow import RESOLVED, Transition

# What a step calls the minutes.
WORKED = "work_minutes"
_along: ContextVar[bool] = ContextVar("resolved_along", default=False)


def log(service: Any, actor: Actor, ticket: Any, step: Transition, values: Mapping[str, Any]) -> dict[str, Any]:
    """Log the minutes that were said with a step, then see whether it may be taken; return its other values.

    Raises BusinessError, which names the minutes.
    """
    log_minutes(actor, ticket.id, values.get(WORKED))
    if lacks_work(service, actor, ticket, step):
        raise InvalidField(WORKED, _("First log the work that was done."))
    return {name: value for name, value in values.items() if name != WORKED}


def log_minutes(actor: Actor, ticket_id: int, said: Any, note: str | None = None) -> WorkEntry | None:
    """Log minutes that were said beside something else, None where none were. Raises BusinessError naming them."""
    if said in (None, ""):
        return None
    try:
        return work_entry_service.create(actor, {"ticket": ticket_id, "minutes": _minutes(said), "note": note})
    except BusinessError as refusal:
        # There is one field for it all.
        refusal.fields = {WORKED: " ".join(dict.fromkeys(refusal.fields.values()))} if refusal.fields else {}
        raise


def lacks_work(service: Any, actor: Actor, ticket: Any, step: Transition) -> bool:
    """Say whether a step waits for work to be logged: it resolves, its type asks for work and there is none."""
    workflow = service.workflow
    if workflow.category(step.target) != RESOLVED or workflow.category(ticket.state) == RESOLVED:
        return False
    if actor.is_system or _along.get() or not service.needs_work(ticket):
        return False
    return not repositories.has_work(ticket.id)


@contextmanager
def along() -> Iterator[None]:
    """Resolve tickets along with another: no work of their own is asked for."""
    token = _along.set(True)
    try:
        yield
    finally:
        _along.reset(token)


def _minutes(said: Any) -> Any:
    if not isinstance(said, str):
        return said
    try:
        return minutes_of(said)
    except ValueError:
        raise InvalidField("minutes", _("Say it in minutes, or as 1:30 or 1h30.")) from None
