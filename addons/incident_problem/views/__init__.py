"""What the pages of incidents and problems show of each other."""

from addons.incident_problem.views.making import MakeProblem
from addons.incident_problem.views.panels import IncidentsPanel, PainPanel, ProblemsPanel, numbers
from addons.incident_problem.views.resolving import ResolveByProblem
from app.sdk.i18n import _l
from app.web.extensions import ViewExtension

EXTENSIONS = [
    ViewExtension("IncidentView", list_columns=["problems"], panels=[ProblemsPanel()],
                  bulk_actions=[MakeProblem(), ResolveByProblem()], labels={"problems": _l("Problems")},
                  formatters={"problems": numbers}),
    ViewExtension("ProblemView", panels=[IncidentsPanel(), PainPanel()]),
]

__all__ = ["EXTENSIONS"]
