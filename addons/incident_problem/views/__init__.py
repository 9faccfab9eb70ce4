"""What the pages of incidents and problems show of each other."""

from addons.incident_problem.views.making import MakeProblem
from addons.incident_problem.views.panels import IncidentsPanel, ProblemsPanel, numbers
from app.sdk.i18n import _l
from app.web.extensions import ViewExtension

EXTENSIONS = [
    ViewExtension("IncidentView", list_columns=["problems"], panels=[ProblemsPanel()], bulk_actions=[MakeProblem()],
                  labels={"problems": _l("Problems")}, formatters={"problems": numbers}),
    ViewExtension("ProblemView", panels=[IncidentsPanel()]),
]

__all__ = ["EXTENSIONS"]
