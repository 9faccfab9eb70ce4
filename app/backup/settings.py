"""How often the desk is backed up by itself, how many backups it keeps, and when somebody is told."""

from app.sdk.i18n import _l
from app.sdk.settings import Setting

SECTION = _l("Backups")
DAYS = _l("days")
EVERY, KEEP, WARN = "backup.every_days", "backup.keep", "backup.warn_days"

SETTINGS = [
    Setting(EVERY, _l("A backup every so many days"), 1, int, section=SECTION, unit=DAYS, most=90,
            help=_l("Made at night, in the folder of the desk's data. 0 makes none.")),
    Setting(KEEP, _l("Backups that are kept"), 7, int, section=SECTION, unit=_l("backups"), least=1, most=1000,
            help=_l("Older ones are deleted when a new one is whole.")),
    Setting(WARN, _l("Tell administrators when the last backup is older than"), 3, int, section=SECTION, unit=DAYS,
            most=365, help=_l("0 tells nobody.")),
]
