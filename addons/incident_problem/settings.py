"""What an hour of work on incidents costs, so that a problem can say what it has cost."""

from decimal import Decimal, InvalidOperation
from typing import Any

from app.sdk.errors import InvalidField
from app.sdk.i18n import _, _l
from app.sdk.settings import Setting

HOUR_RATE, CURRENCY = "incident_problem.hour_rate", "incident_problem.currency"
CURRENCIES = ("CNY", "USD", "EUR", "GBP", "HKD", "TWD", "JPY", "SGD", "AUD", "CAD", "CHF")
HIGHEST = Decimal(1_000_000)


def _check_rate(value: Any) -> None:
    if rate_of(value) is None:
        raise InvalidField(HOUR_RATE, _("Give an amount such as 180 or 180.50."))


def rate_of(text: str) -> Decimal | None:
    """Return the amount that a text says, exactly; nothing is zero, None is no amount."""
    try:
        found = Decimal(text or "0")
    except InvalidOperation:
        return None
    is_amount = found.is_finite() and 0 <= found <= HIGHEST and found == round(found, 2) and text.isascii()
    return found if is_amount else None


SETTINGS = [
    Setting(HOUR_RATE, _l("What an hour of work on an incident costs"), "", section=_l("Problems"), check=_check_rate,
            help=_l("What a problem has cost is the work logged on its incidents, times this. Empty: hours only.")),
    Setting(CURRENCY, _l("Currency of that amount"), "CNY", section=_l("Problems"),
            choices=lambda: {code: code for code in CURRENCIES}),
]
