"""What ties the demo company's incidents to its problems: some of the same category each."""

from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from addons.incident_problem.services.telling import CAUSED_BY
from addons.problem.models import Problem
from app.demo.desk import Desk
from app.records.demo.models import DemoRecord

EACH, TABLE = 4, "ticket"


def bring(desk: Desk) -> None:
    """Link each demo problem with the latest demo incidents of its category."""
    demo = select(DemoRecord.record_id).where(DemoRecord.table_name == TABLE)
    problems = desk.session.execute(select(Problem).where(Problem.id.in_(demo)).order_by(Problem.id)).scalars().all()
    for problem in problems:
        alike = select(Incident.id).where(Incident.id.in_(demo), Incident.category_id == problem.category_id)
        for key in desk.session.execute(alike.order_by(Incident.id.desc()).limit(EACH)).scalars().all():
            incident_service.link(desk.actor, key, CAUSED_BY, problem.id)
