"""Problems are a ticket type, seen by the tickets' rule; what belongs to a problem is seen with it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, select, true

from addons.problem.models import Cause, Review, Task
from addons.ticket.models import Ticket
from addons.ticket.rights import register_ticket_type
from app.db import register_scope
from app.db.rights import criterion
from app.sdk.actor import Actor

register_ticket_type("problem")


def _with_problem(model: Any) -> Callable[[Actor], ColumnElement[bool] | None]:
    def visible(actor: Actor) -> ColumnElement[bool] | None:
        seen = criterion(Ticket, actor)
        return true() if seen is true() else model.problem_id.in_(select(Ticket.id).where(seen))

    return visible


for _model in (Cause, Review, Task):
    register_scope(_model, _with_problem(_model))
