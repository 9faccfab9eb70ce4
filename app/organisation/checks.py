"""What people, companies and places say of languages and times, checked."""

from collections.abc import Mapping
from typing import Any

from app.sdk.errors import InvalidField
from app.sdk.i18n import _
from app.security.settings import LANGUAGE_NAMES
from app.security.zones import is_zone


def check_timezone(values: Mapping[str, Any]) -> None:
    """Raise InvalidField for a time zone that there is not."""
    zone = values.get("timezone")
    if zone is not None and not is_zone(zone):
        raise InvalidField("timezone", _("Choose an entry of the list."))


def check_language(values: Mapping[str, Any]) -> None:
    """Raise InvalidField for a language that the desk does not speak."""
    if values.get("language") not in (None, *LANGUAGE_NAMES):
        raise InvalidField("language", _("Choose an entry of the list."))
