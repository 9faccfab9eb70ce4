"""What people are told about the orders that they gave for later."""

from app.sdk.i18n import _l
from app.sdk.notices import NoticeKind

NOTICES = [NoticeKind("orders.refused", _l("Something that I had planned was refused"),
                      _l("What you had planned was refused: %(why)s"), "alert-triangle")]
