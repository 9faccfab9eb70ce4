"""What a password must be, and how it is kept."""

from flask import current_app, has_app_context
from werkzeug.security import generate_password_hash

from app.records.settings import setting
from app.sdk.errors import InvalidField
from app.sdk.i18n import _

MIN_LENGTH = 8
MAX_LENGTH = 200
# What is tried first by anybody who guesses.
_GUESSED = frozenset({
    "password", "passw0rd", "password1", "12345678", "123456789", "1234567890", "87654321", "11111111", "00000000",
    "88888888", "66666666", "qwertyui", "qwerty123", "abcd1234", "1234abcd", "admin123", "administrator", "iloveyou",
    "servicedesk", "changeme", "letmein1", "woaini1314", "5201314520", "1qaz2wsx", "qazwsxedc",
})


def check(password: str, username: str = "") -> None:
    """Raise InvalidField unless the password is long enough and not one that is guessed first."""
    least = max(MIN_LENGTH, setting("security.password_length") if has_app_context() else 0)
    if len(password) < least:
        raise InvalidField("password", _("A password has at least %(number)s characters.", number=least))
    if len(password) > MAX_LENGTH:
        raise InvalidField("password", _("A password has at most %(number)s characters.", number=MAX_LENGTH))
    plain = password.casefold()
    if plain in _GUESSED or len(set(plain)) < 4 or (username and plain == username.casefold()):
        raise InvalidField("password", _("This password is too easy to guess."))


def hashed(password: str) -> str:
    """Return what is stored of a password."""
    return generate_password_hash(password, method=current_app.config.get("FAB_PASSWORD_HASH_METHOD", "scrypt"))
