"""How long the desk keeps what only tells of the past."""

from app.sdk.i18n import _l
from app.sdk.settings import Setting

KEPT = _l("How long the desk keeps what is over")
DAYS = _l("days")

SETTINGS = [
    Setting("jobs.keep_done", _l("Jobs that are done"), 7, int, section=KEPT, unit=DAYS, least=1, most=365),
    Setting("jobs.keep_given_up", _l("Jobs that were given up or parked"), 180, int, section=KEPT, unit=DAYS, least=7,
            most=3650, help=_l("Long enough for somebody to run them again.")),
    Setting("jobs.keep_runs", _l("Runs of jobs"), 30, int, section=KEPT, unit=DAYS, least=1, most=365),
    Setting("jobs.keep_sessions", _l("Log-in sessions that have ended"), 30, int, section=KEPT, unit=DAYS, least=1,
            most=3650),
    Setting("jobs.keep_read_notices", _l("Notices that were read"), 30, int, section=KEPT, unit=DAYS, least=1,
            most=3650),
    Setting("jobs.keep_notices", _l("All notices"), 180, int, section=KEPT, unit=DAYS, least=7, most=3650),
]
