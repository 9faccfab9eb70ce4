"""What the pages of incidents and problems show of each other."""

from addons.incident_problem.services.columns import COLUMNS
from addons.incident_problem.views.making import MakeProblem
from addons.incident_problem.views.panels import IncidentsPanel, PainPanel, ProblemsPanel, money, numbers
from addons.incident_problem.views.resolving import ResolveByProblem
from addons.ticket.panels.work_log import time_text
from app.sdk.i18n import _l
from app.web.extensions import ViewExtension

LABELS = {"incident_count": _l("Incidents"), "incident_minutes": _l("Work on its incidents"),
          "incident_cost": _l("Cost of its incidents")}
CURRENCY = {"cost_currency": _l("Currency of that amount")}

EXTENSIONS = [
    ViewExtension("IncidentView", list_columns=["problems"], panels=[ProblemsPanel()],
                  bulk_actions=[MakeProblem(), ResolveByProblem()], labels={"problems": _l("Problems")},
                  formatters={"problems": numbers}),
    ViewExtension("ProblemView", panels=[IncidentsPanel(), PainPanel()],
                  optional_columns=["incident_count", "incident_minutes", "incident_cost"],
                  labels=LABELS,
                  formatters={"incident_minutes": time_text, "incident_cost": money},
                  taken_away={"incident_minutes": lambda minutes: minutes, "incident_cost": lambda cost: cost}),
    ViewExtension("ProblemApi", list_columns=COLUMNS, show_columns=COLUMNS, labels={**LABELS, **CURRENCY}),
]

__all__ = ["EXTENSIONS"]
