"""What may be attached to records."""

from app.sdk.i18n import _l
from app.sdk.settings import Setting

SETTINGS = [
    Setting("records.upload_megabytes", _l("Largest file that may be attached"), 15, int, section=_l("Attachments"),
            unit=_l("MB"), least=1, most=20),
]
