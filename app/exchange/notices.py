"""What people are told about the files that they bring in and take away."""

from app.sdk.i18n import _l
from app.sdk.notices import NoticeKind

NOTICES = [
    NoticeKind("exchange.over", _l("A file that I brought in is through"),
               _l("“%(file)s” is through; %(refused)s rows were refused"), "upload"),
    NoticeKind("exchange.ready", _l("A long list that I export is ready as a file"),
               _l("A list of %(rows)s rows is ready as a file"), "download"),
    NoticeKind("exchange.no_file", _l("A long list that I export could not be made into a file"),
               _l("A list could not be made into a file: your rights to it have changed"), "alert-circle"),
]
