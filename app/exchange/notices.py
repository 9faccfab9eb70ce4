"""What people are told about the files that they bring in."""

from app.sdk.i18n import _l
from app.sdk.notices import NoticeKind

NOTICES = [NoticeKind("exchange.over", _l("A file that I brought in is through"),
                      _l("“%(file)s” is through; %(refused)s rows were refused"), "upload")]
