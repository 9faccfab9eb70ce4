"""What may be attached to records, and how long those that were deleted can be restored."""

from app.sdk.i18n import _l
from app.sdk.settings import Setting

SETTINGS = [
    Setting("records.upload_megabytes", _l("Largest file that may be attached"), 15, int, section=_l("Attachments"),
            unit=_l("MB"), least=1, most=20),
    Setting("records.keep_deleted", _l("Purge what was deleted after"), 0, int, section=_l("Recycle bin"),
            unit=_l("days"), least=0, most=3650,
            help=_l("0 keeps everything until somebody purges it.")),
]
