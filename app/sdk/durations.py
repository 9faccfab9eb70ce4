"""How long something took, as people type it: 90, 1:30, 1h30, 1.5 h, 45 min, 1小时30分钟."""

import re
import unicodedata

_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)", re.ASCII)
_WORDS = re.compile(
    r"(?:(?P<hours>\d{1,4}(?:[.,]\d{1,3})?)\s*(?:h|hrs?|hours?|个?小时|时))?\s*"
    r"(?:(?P<minutes>\d{1,6})\s*(?:m|mins?|minutes?|分钟?)?)?", re.ASCII)


def minutes_of(text: str) -> int:
    """Return how many minutes a text says; a number alone is of minutes. Raises ValueError where it says none."""
    said = unicodedata.normalize("NFKC", text).strip().casefold()
    clock = _CLOCK.fullmatch(said)
    if clock is not None:
        return int(clock[1]) * 60 + int(clock[2])
    found = _WORDS.fullmatch(said)
    if found is None or not said:
        raise ValueError(text)
    hours, minutes = float((found["hours"] or "0").replace(",", ".")), int(found["minutes"] or 0)
    if minutes >= 60 and found["hours"]:
        raise ValueError(text)
    return round(hours * 60) + minutes
