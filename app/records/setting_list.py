"""What may be attached to records, how long what was deleted can be restored, and how long audit is kept."""

from typing import Any

from sqlalchemy import select

from app.db import session
from app.records.calendars import Calendar
from app.sdk.i18n import _l
from app.sdk.settings import Setting


def _calendars() -> dict[str, Any]:
    """Return {code: name} of the calendars in use."""
    rows = session().execute(select(Calendar).where(Calendar.is_active).order_by(Calendar.id)).scalars()
    return {row.code: str(row) for row in rows}


SETTINGS = [
    Setting("records.upload_megabytes", _l("Largest file that may be attached"), 15, int, section=_l("Attachments"),
            unit=_l("MB"), least=1, most=20),
    Setting("records.edit_minutes", _l("What somebody wrote can be changed by them for"), 15, int,
            section=_l("Timeline"), unit=_l("minutes"), most=525_600,
            help=_l("Notes, replies and calls. Earlier texts are kept; 0 lets nobody change what is written.")),
    Setting("calendars.default", _l("Service calendar of the desk"), "office_china", section=_l("Calendars"),
            help=_l("Holds where neither the service, nor the work group, nor the company has one of its own."),
            choices=_calendars),
    Setting("records.keep_deleted", _l("Purge what was deleted after"), 0, int, section=_l("Recycle bin"),
            unit=_l("days"), least=0, most=3650,
            help=_l("0 keeps everything until somebody purges it.")),
    Setting("records.keep_audit", _l("Entries of the audit log"), 0, int,
            section=_l("How long the desk keeps what is over"), unit=_l("days"), most=36_500,
            help=_l("0 keeps all of them for ever. What goes is noted in the log itself.")),
]
