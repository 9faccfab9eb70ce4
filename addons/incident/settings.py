"""What an administrator decides about the end of incidents."""

from typing import Any

from addons.incident.models.closing_policy import BY_DESK, MODES
from app.sdk.i18n import _l
from app.sdk.settings import Setting

SECTION = _l("Incidents")


def _desks() -> dict[str, Any]:
    from addons.incident.services import desks

    return {"": _l("The first service desk"), **desks.choices()}


SETTINGS = [
    Setting("incident.closing", _l("When others have solved an incident"), BY_DESK, choices=lambda: MODES,
            help=_l("For categories without a closing policy of their own."), section=SECTION),
    Setting("incident.answer_days", _l("Time for the customer to confirm"), 3, int, section=SECTION, most=60,
            unit=_l("working days"), help=_l("Without an answer the incident is then closed; 0 is never.")),
    Setting("incident.work_needed", _l("Work must be logged before an incident is resolved"), False, bool,
            section=SECTION, help=_l("For categories whose closing policy says nothing else.")),
    Setting("incident.default_desk", _l("Service desk that owns what nobody of a desk logs"), "", section=SECTION,
            choices=_desks, help=_l("Where neither the work group nor that of the service is a service desk.")),
]
