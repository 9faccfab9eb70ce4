"""Where incidents stand in the menu."""

from addons.incident.permissions import INCIDENT_READ
from addons.incident.views.incident import IncidentView
from app.sdk.i18n import _l
from app.sdk.menu import MenuItem

MENU = [
    MenuItem("incident.list", _l("Incidents"), view=IncidentView, parent="service_operation", sequence=10,
             permission=INCIDENT_READ, icon="alert-circle", letter="i"),
]
