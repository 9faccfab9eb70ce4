"""What those who look after backups are told."""

from app.sdk.i18n import _l
from app.sdk.notices import NoticeKind

OLD = "backup.old"
NOTICES = [NoticeKind(OLD, _l("The last backup is old"),
                      _l("The last backup is older than %(days)s days. Look at what keeps the desk from making one."),
                      "package-export")]
