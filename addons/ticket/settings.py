"""What an administrator decides about the work on tickets."""

from app.sdk.i18n import _l
from app.sdk.settings import Setting

SETTINGS = [
    Setting("ticket.work_billable", _l("Work is billable unless somebody says otherwise"), False, bool,
            section=_l("Work log")),
]
