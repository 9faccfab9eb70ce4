"""What marshmallow says of a wrong value, in our words and the caller's language."""

import re

from app.sdk.i18n import _, _l

_WORDS = {
    "Missing data for required field.": _l("This field is required."),
    "Field may not be null.": _l("This field is required."),
    "Unknown field.": _l("There is no such field."),
    "Not a valid string.": _l("This must be text."),
    "Not a valid integer.": _l("This must be a whole number."),
    "Not a valid number.": _l("This must be a number."),
    "Not a valid boolean.": _l("This must be true or false."),
    "Not a valid datetime.": _l("This is not a date and time."),
    "Not a valid date.": _l("This is not a date."),
    "Not a valid list.": _l("This must be a list."),
    "Invalid input type.": _l("The value has the wrong type."),
}
_TOO_LONG = re.compile(r"Longer than maximum length (\d+)\.")


def translated(message: str) -> str:
    """Return a message of marshmallow translated; one of our own as it is."""
    too_long = _TOO_LONG.fullmatch(message)
    if too_long:
        return _("This is longer than %(length)s characters.", length=too_long[1])
    return str(_WORDS[message]) if message in _WORDS else _(message)
