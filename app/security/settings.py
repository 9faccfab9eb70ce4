"""Who is let in for how long, and what new people begin with."""

from typing import Any

from app.sdk.actor import current_context
from app.sdk.errors import InvalidField
from app.sdk.i18n import _, _l
from app.sdk.settings import Setting
from app.security import networks
from app.security.zones import zone_text, zones

NEW, SESSIONS = _l("Language and time of new people"), _l("Logging in")
PASSWORDS = _l("Passwords")
GUARD = _l("Failed log-ins and addresses")
ADMIN_NETWORKS = "security.admin_networks"
# Each language by its own name, for whoever cannot read the present one.
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}


def _has_own_address(text: Any) -> None:
    # Whoever sets it must still get in with it.
    allowed, own = networks.parse(text, ADMIN_NETWORKS), current_context().ip
    if allowed and own and not networks.contain(allowed, own):
        raise InvalidField(ADMIN_NETWORKS, _("Your own address %(address)s is not among these: you would lock yourself "
                                             "out.", address=own))


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
            help=_l("Then nobody gets in by that name for a while, or until an administrator unlocks it.")),
    Setting("security.password_strength", _l("How hard it is to guess"), 2, int, config="PASSWORD_STRENGTH",
            section=PASSWORDS, most=4,
            help=_l("From 0, anything, to 4, very hard; 2 stands up to guessing online. Common passwords, names and "
                    "patterns of the keyboard are known.")),
    Setting("security.password_kinds", _l("Kinds of characters"), 0, int, section=PASSWORDS, most=4,
            help=_l("Of small letters, capitals, digits and others a password has at least so many. Length is worth "
                    "more.")),
    Setting("security.password_history", _l("Earlier passwords that are refused"), 3, int, section=PASSWORDS, most=24,
            help=_l("The present one included. 0 allows any.")),
    Setting("security.password_days", _l("A password is changed after"), 0, int, section=PASSWORDS, unit=_l("days"),
            most=3650, help=_l("At the next log-in. 0 for never: forced changes make passwords weaker.")),
    Setting("security.lockout_minutes", _l("It waits for"), 15, int, section=GUARD, unit=_l("minutes"), least=1,
            most=1440, help=_l("Failed log-ins of that long are counted; then account or address waits as long.")),
    Setting("security.address_attempts", _l("An address waits after"), 100, int, section=GUARD,
            unit=_l("failed log-ins"), most=100_000,
            help=_l("By whatever names. 0 for never: many people may share one address.")),
    Setting(ADMIN_NETWORKS, _l("Administrators log in from"), "", section=GUARD, max_length=1000,
            check=_has_own_address,
            help=_l("Addresses and networks, such as 10.0.0.0/8, with commas between them; empty for everywhere. "
                    "Holds for whoever may change users, roles, settings or addons.")),
]
