"""What people, companies and places say of languages, times and how to reach them, checked."""

import re
from collections.abc import Mapping
from typing import Any

from app.sdk.errors import InvalidField
from app.sdk.i18n import _
from app.security.settings import LANGUAGE_NAMES
from app.security.zones import is_zone

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
MOST_DIGITS = 60


def check_timezone(values: Mapping[str, Any]) -> None:
    """Raise InvalidField for a time zone that there is not."""
    zone = values.get("timezone")
    if zone is not None and not is_zone(zone):
        raise InvalidField("timezone", _("Choose an entry of the list."))


def check_language(values: Mapping[str, Any]) -> None:
    """Raise InvalidField for a language that the desk does not speak."""
    if values.get("language") not in (None, *LANGUAGE_NAMES):
        raise InvalidField("language", _("Choose an entry of the list."))


def check_reach(values: Mapping[str, Any], email: str = "email", phone: str = "phone") -> None:
    """Raise InvalidField for what is no e-mail address or no phone number; the names say in which fields they stand."""
    given, number = values.get(email), values.get(phone)
    if given and not _ADDRESS.fullmatch(given):
        raise InvalidField(email, _("This is no e-mail address."))
    if number and (not any(letter.isdecimal() for letter in number) or len(number) > MOST_DIGITS):
        raise InvalidField(phone, _("This is no phone number."))
