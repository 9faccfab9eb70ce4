"""Telling every open incident of a problem its workaround: each edition once, however often the job runs."""

from sqlalchemy import Select, exists, select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from addons.incident_problem.models import Telling
from addons.problem.models import Problem
from addons.problem.services.known_errors import in_use, is_offered
from app.db import session, system_scope
from app.records.links import RecordLink
from app.sdk import clock
from app.sdk.actor import current_actor
from app.sdk.i18n import _
from app.sdk.workflow import OPEN, PAUSED

JOB, BATCH, CAUSED_BY = "incident_problem.tell", 50, "caused_by"


def tell_some(problem_id: int) -> bool:
    """Tell up to 50 incidents of the newest edition, each of which locks and gets it once; say whether more wait.

    What was published anew meanwhile is told by its own job: the older text is told no more.
    """
    problem = session().get(Problem, problem_id)
    if problem is None or not is_offered(problem) or problem.deleted_at is not None:
        return False
    waiting = list(session().execute(_untold(problem).limit(BATCH + 1)).scalars())
    for key in waiting[:BATCH]:
        tell(problem, key)
    return len(waiting) > BATCH


def tell(problem: Problem, incident_id: int) -> None:
    """Write the workaround into an incident, unless it has this edition or is over."""
    incident = incident_service.get_for_update(incident_id)
    told = select(Telling.id).where(Telling.problem_id == problem.id, Telling.incident_id == incident_id,
                                    Telling.edition == problem.edition)
    if incident.state_category not in (OPEN, PAUSED) or session().execute(told).first() is not None:
        return
    session().add(Telling(problem_id=problem.id, incident_id=incident_id, edition=problem.edition, at=clock.now()))
    heading = _("Workaround of %(problem)s:", problem=problem.number)
    said = f"<p>{heading}</p>{problem.published_workaround}"
    incident_service.add_note(current_actor(), incident_id, said, is_public=problem.is_public)
    session().flush()


def is_to_be_told(problem_id: int) -> bool:
    """Say whether whoever comes to a problem now is to be told of its workaround."""
    with system_scope():
        return session().execute(select(Problem.id).where(Problem.id == problem_id, in_use())).first() is not None


def causes_of(incident_id: int) -> list[int]:
    """Return the problems of an incident, whoever may see them: whoever opens it again need not."""
    with system_scope():
        return list(session().execute(problems_of(incident_id)).scalars())


def incidents_of(problem_id: int) -> Select[int]:
    """Select the ids of the incidents that a problem has caused."""
    link = RecordLink
    return select(link.source_id).where(link.kind == CAUSED_BY, link.source_type == "incident",
                                        link.target_type == "problem", link.target_id == problem_id)


def problems_of(incident_id: int) -> Select[int]:
    """Select the ids of the problems that are thought to have caused an incident."""
    link = RecordLink
    return select(link.target_id).where(link.kind == CAUSED_BY, link.source_type == "incident",
                                        link.source_id == incident_id, link.target_type == "problem")


def _untold(problem: Problem) -> Select[int]:
    told = Telling
    linked = incidents_of(problem.id)
    known = exists().where(told.problem_id == problem.id, told.incident_id == Incident.id,
                           told.edition == problem.edition)
    return select(Incident.id).where(Incident.id.in_(linked), Incident.state_category.in_((OPEN, PAUSED)),
                                     ~known).order_by(Incident.id)
