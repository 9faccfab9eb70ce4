"""What a password must be, and how it is kept."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import current_app, has_app_context
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import delete, select
from werkzeug.security import check_password_hash, generate_password_hash

from app.db import session
from app.records.settings import setting
from app.sdk import clock
from app.sdk.errors import InvalidField
from app.sdk.i18n import _
from app.security.models import OldPassword

MIN_LENGTH = 8
MAX_LENGTH = 200
# As far as its strength is measured: the time grows with the length, and what is longer is strong anyway.
MEASURED = 64
# A shorter part of a name stands in many words.
NAME_PART = 4
# What is tried first by anybody who guesses, also where strength is not measured.
_GUESSED = frozenset({
    "password", "passw0rd", "password1", "12345678", "123456789", "1234567890", "87654321", "11111111", "00000000",
    "88888888", "66666666", "qwertyui", "qwerty123", "abcd1234", "1234abcd", "admin123", "administrator", "iloveyou",
    "servicedesk", "changeme", "letmein1", "woaini1314", "5201314520", "1qaz2wsx", "qazwsxedc",
})


@dataclass(frozen=True, slots=True)
class Rule:
    """One demand in words; what a page can check while somebody types has a kind and a number."""

    kind: str
    text: str
    number: int = 0
    words: list[str] = field(default_factory=list)


def _set(name: str) -> int:
    return int(setting(f"security.{name}")) if has_app_context() else 0


def rules(*about: str | None) -> list[Rule]:
    """Return what is demanded of a password of whoever is called so, for the page on which it is typed."""
    least, kinds, old = max(MIN_LENGTH, _set("password_length")), _set("password_kinds"), _set("password_history")
    found = [Rule("length", _("At least %(number)s characters", number=least), least)]
    if kinds > 1:
        found.append(Rule("kinds", _("At least %(number)s of these: small letters, capitals, digits, others",
                                     number=kinds), kinds))
    found.append(Rule("names", _("Without user name, name or e-mail address"), words=_parts(about)))
    found.append(Rule("", _("Not a common password or a pattern of the keyboard")))
    if old:
        found.append(Rule("", _("None of the last %(number)s passwords", number=old)))
    return found


def check(password: str, *about: str | None) -> None:
    """Raise InvalidField unless the password is what the settings ask for and is not made of these names."""
    least = max(MIN_LENGTH, _set("password_length"))
    if len(password) < least:
        raise InvalidField("password", _("A password has at least %(number)s characters.", number=least))
    if len(password) > MAX_LENGTH:
        raise InvalidField("password", _("A password has at most %(number)s characters.", number=MAX_LENGTH))
    if _kinds(password) < _set("password_kinds"):
        raise InvalidField("password", _("A password has at least %(number)s of these: small letters, capitals, "
                                         "digits, others.", number=_set("password_kinds")))
    plain = password.casefold()
    if any(part in plain for part in _parts(about)):
        raise InvalidField("password", _("A password does not hold the user name, the name or the e-mail address."))
    if plain in _GUESSED or len(set(plain)) < 4 or _strength(password, about) < _set("password_strength"):
        raise InvalidField("password", _("This password is too easy to guess."))


def check_new(user: User, password: str) -> None:
    """Raise InvalidField as `check` does, or where the user has or had this password."""
    check(password, user.username, user.first_name, user.email)
    most = _set("password_history")
    if not most:
        return
    statement = (select(OldPassword.password).where(OldPassword.user_id == user.id)
                 .order_by(OldPassword.id.desc()).limit(most))
    had = list(dict.fromkeys([user.password or "", *session().execute(statement).scalars()]))[:most]
    if any(one and check_password_hash(one, password) for one in had):
        raise InvalidField("password", _("This is one of the last %(number)s passwords. Choose another.", number=most))


def remember(user: User) -> None:
    """Keep the hash of a user's password for as long as it may not be chosen again."""
    most, table = _set("password_history"), OldPassword.__table__
    if most:
        session().add(OldPassword(user_id=user.id, password=user.password, at=clock.now()))
        session().flush()
    kept = select(table.c.id).where(table.c.user_id == user.id).order_by(table.c.id.desc()).limit(most).subquery()
    session().connection().execute(
        delete(table).where(table.c.user_id == user.id, table.c.id.not_in(select(kept.c.id))))


def hashed(password: str) -> str:
    """Return what is stored of a password."""
    return generate_password_hash(password, method=current_app.config.get("FAB_PASSWORD_HASH_METHOD", "scrypt"))


def _parts(about: tuple[str | None, ...]) -> list[str]:
    # The address of whoever has none is made from the user name.
    texts = [text.casefold() for text in about if text and not text.endswith("@users.invalid")]
    parts = {part for text in texts for part in (text, text.split("@")[0], *text.split())}
    return sorted(part for part in parts if len(part) >= NAME_PART or (len(part) > 1 and not part.isascii()))


def _kinds(password: str) -> int:
    tests: tuple[Callable[[str], bool], ...] = (
        str.islower, str.isupper, str.isdigit, lambda letter: not letter.isalnum())
    # A letter without capitals, such as a Chinese one, is of the other kind.
    found = {next((at for at, test in enumerate(tests) if test(letter)), 3) for letter in password}
    return len(found)


def _strength(password: str, about: tuple[str | None, ...]) -> int:
    if not _set("password_strength"):
        return 0
    from zxcvbn import zxcvbn  # its lists take a while and some memory: only where a password is set

    return int(zxcvbn(password[:MEASURED], user_inputs=_parts(about))["score"])
