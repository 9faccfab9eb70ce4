"""Who is let in for how long, and what new people begin with."""

from app.sdk.i18n import _l
from app.sdk.settings import Setting
from app.security.zones import zone_text, zones

NEW, SESSIONS = _l("Language and time of new people"), _l("Logging in")
# Each language by its own name, for whoever cannot read the present one.
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}

SETTINGS = [
    Setting("security.default_language", _l("Language"), "zh", config="DEFAULT_LANGUAGE", section=NEW,
            help=_l("For whoever has not chosen one and whose browser names neither Chinese nor English."),
            choices=lambda: LANGUAGE_NAMES),
    Setting("security.default_timezone", _l("Time zone"), "Asia/Shanghai", config="DEFAULT_TIMEZONE", section=NEW,
            help=_l("For whoever has not chosen one."), choices=lambda: {name: zone_text(name) for name in zones()}),
    Setting("security.idle_hours", _l("An idle session ends after"), 12, int, config="SESSION_HOURS", section=SESSIONS,
            unit=_l("hours"), least=1, most=720, help=_l("Hours without a click.")),
    Setting("security.session_days", _l("Every session ends after"), 30, int, section=SESSIONS, unit=_l("days"),
            least=1, most=365, help=_l("Whoever works on logs in again then.")),
    Setting("security.password_length", _l("A password has at least"), 8, int, section=SESSIONS,
            unit=_l("characters"), least=8, most=64, help=_l("Holds for passwords that are set from now on.")),
    Setting("security.login_attempts", _l("An account waits after"), 10, int, config="LOGIN_ATTEMPTS",
            section=SESSIONS, unit=_l("failed log-ins"), least=3, most=1000,
            help=_l("Within a quarter of an hour; then it waits as long.")),
]
