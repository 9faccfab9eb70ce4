"""What a mail may say of a problem: what it says of every ticket, workaround and cause, and the task it is about."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from addons.problem.models import Problem
from addons.ticket.services.mail_facts import ticket_facts
from app.db import session
from app.sdk.notices import RecordFacts


def problem_facts(record_type: str, record_id: int, params: Mapping[str, Any]) -> RecordFacts | None:
    """Return the facts of a problem, in the language that holds now; None where it is none, or gone."""
    found = ticket_facts(record_type, record_id, params) if record_type == "problem" else None
    if found is None or found.is_confidential:
        return found
    said = func.coalesce(Problem.published_workaround, Problem.workaround)
    workaround, cause = session().execute(select(said, Problem.root_cause).where(Problem.id == record_id)).one()
    own = {name: str(params.get(name) or "") for name in ("task", "due")}
    return replace(found, values={**found.values, **own}, rich={
        **found.rich, "workaround": workaround or "", "cause": cause or ""})
