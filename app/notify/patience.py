"""How often an address may try links that do not hold: a guess at a link is hopeless, and shall not cost us either."""

from collections import OrderedDict
from datetime import datetime, timedelta

from flask import current_app

from app.sdk import clock
from app.sdk.errors import BusinessError
from app.sdk.i18n import _

# Of one address, in one process. Whoever opens an old link a few times is not stopped.
FAILURES, WINDOW = 30, timedelta(minutes=15)
ADDRESSES = 10_000
EXTENSION = "desk_link_failures"
Failures = OrderedDict[str, list[datetime]]


def check(address: str | None) -> None:
    """Raise BusinessError (429) where an address has failed too often lately."""
    lately = [at for at in _failures().get(address or "", []) if at > clock.now() - WINDOW]
    if len(lately) >= FAILURES:
        raise BusinessError(_("Too many links from your address did not hold. Wait %(number)s minutes, then try again.",
                              number=WINDOW // timedelta(minutes=1)), code="too_many_requests", http_status=429)


def note(address: str | None) -> None:
    """Count a failure. The addresses that failed longest ago are forgotten first."""
    failures, key = _failures(), address or ""
    failures[key] = [*failures.get(key, [])[1 - FAILURES:], clock.now()]
    failures.move_to_end(key)
    while len(failures) > ADDRESSES:
        failures.popitem(last=False)


def _failures() -> Failures:
    found: Failures = current_app.extensions.setdefault(EXTENSION, OrderedDict())
    return found
