"""Where incidents stand in the menu."""

from addons.incident.permissions import CLOSING_POLICY_READ, INCIDENT_READ, INCIDENT_SEE_TRAINING_NEEDS
from addons.incident.views.closing_policy import ClosingPolicyView
from addons.incident.views.incident import IncidentView
from addons.incident.views.training import TrainingView
from app.sdk.i18n import _l
from app.sdk.menu import MenuItem

MENU = [
    MenuItem("incident.list", _l("Incidents"), view=IncidentView, parent="service_operation", sequence=10,
             permission=INCIDENT_READ, icon="alert-circle", letter="i"),
    MenuItem("incident.training", _l("Training needs"), view=TrainingView, parent="customers", sequence=60,
             permission=INCIDENT_SEE_TRAINING_NEEDS, icon="school"),
    MenuItem("incident.closing", _l("Closing policies"), view=ClosingPolicyView, parent="configuration", sequence=50,
             permission=CLOSING_POLICY_READ, icon="lock"),
]
