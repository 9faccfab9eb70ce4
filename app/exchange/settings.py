"""How long the desk keeps files that were brought in."""

from app.sdk.i18n import _l
from app.sdk.settings import Setting

KEPT, DAYS = _l("How long the desk keeps what is over"), _l("days")
SETTINGS = [
    Setting("exchange.keep_files", _l("Files from which records were brought in"), 14, int, section=KEPT, unit=DAYS,
            least=1, most=365),
    Setting("exchange.keep_exports", _l("Long lists that were made into files"), 7, int, section=KEPT, unit=DAYS,
            least=1, most=90),
    Setting("exchange.keep_runs", _l("What is told of imports"), 365, int, section=KEPT, unit=DAYS, least=1, most=3650),
]
