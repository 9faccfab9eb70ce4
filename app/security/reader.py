"""The reader's language and time zone: chosen in this session, else the user's own, else the browser's language."""

from flask import g, has_request_context, request, session
from flask_babel import Babel

from app.records.settings import setting
from app.sdk.i18n import LANGUAGES

KEY = "locale"


def language() -> str | None:
    """Return the reader's language, or None for the default one."""
    if not has_request_context():
        return None
    chosen = session.get(KEY)
    if chosen in LANGUAGES:
        return str(chosen)
    account = g.get("account")
    if account is not None and account.language in LANGUAGES:
        return str(account.language)
    return request.accept_languages.best_match(LANGUAGES) or str(setting("security.default_language"))


def timezone() -> str | None:
    """Return the reader's time zone, or None for the default one."""
    if not has_request_context():
        return None
    account = g.get("account")
    return (account.timezone if account is not None else None) or str(setting("security.default_timezone"))


def choose(locale: str) -> None:
    """Keep a language for this session."""
    session[KEY] = locale


def init_babel(app: object) -> None:
    """Bind Flask-Babel to an application."""
    Babel(app, locale_selector=language, timezone_selector=timezone)
