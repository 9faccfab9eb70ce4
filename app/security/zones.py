"""Time zones as people choose them."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from app.sdk.i18n import language
from babel import Locale

# First the zones that most readers of the desk live in.
_FIRST = ("Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "UTC")


@cache
def zones() -> tuple[str, ...]:
    """Return the names of all places' time zones."""
    rest = sorted(name for name in available_timezones()
                  if "/" in name and not name.startswith(("Etc/", "SystemV/", "posix", "right", "US/")))
    return (*_FIRST, *(name for name in rest if name not in _FIRST))


def zone_text(name: str) -> str:
    """Return a time zone by its city in the reader's language and its own name, by which programs know it."""
    own = name.replace("_", " ")
    # In English the own name says the city already.
    city = Locale("zh").time_zones.get(name, {}).get("city") if language() == "zh" else None
    return f"{city}（{own}）" if city else own


def is_zone(name: str) -> bool:
    """Say whether there is a time zone of that name."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True
