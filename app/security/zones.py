"""Time zones as people choose them."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

# First the zones that most readers of the desk live in.
_FIRST = ("Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "UTC")


@cache
def zones() -> tuple[str, ...]:
    """Return the names of all places' time zones."""
    rest = sorted(name for name in available_timezones()
                  if "/" in name and not name.startswith(("Etc/", "SystemV/", "posix", "right", "US/")))
    return (*_FIRST, *(name for name in rest if name not in _FIRST))


def is_zone(name: str) -> bool:
    """Say whether there is a time zone of that name."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True
