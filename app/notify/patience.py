"""How often an address may try links that do not hold: a guess at a link is hopeless, and shall not cost us either."""

from collections import OrderedDict
from datetime import datetime, timedelta

from flask import current_app

from app.records.settings import setting
from app.sdk import clock
from app.sdk.errors import BusinessError
from app.sdk.i18n import _
from app.security.attempts import window

# Remembered in each process by itself, so that no visitor makes the desk write.
ADDRESSES = 10_000
EXTENSION = "desk_link_failures"
Failures = OrderedDict[str, list[datetime]]


def check(address: str | None) -> None:
    """Raise BusinessError (429) where an address has failed too often lately: as often as failed log-ins may."""
    most, since = setting("security.address_attempts"), clock.now() - window()
    if most and sum(at > since for at in _failures().get(address or "", [])) >= most:
        raise BusinessError(_("Too many links from your address did not hold. Wait %(number)s minutes, then try again.",
                              number=window() // timedelta(minutes=1)), code="too_many_requests", http_status=429)


def note(address: str | None) -> None:
    """Count a failure. The addresses that failed longest ago are forgotten first."""
    failures, key = _failures(), address or ""
    failures[key] = [*failures.get(key, []), clock.now()][-max(setting("security.address_attempts"), 1):]
    failures.move_to_end(key)
    while len(failures) > ADDRESSES:
        failures.popitem(last=False)


def _failures() -> Failures:
    found: Failures = current_app.extensions.setdefault(EXTENSION, OrderedDict())
    return found
