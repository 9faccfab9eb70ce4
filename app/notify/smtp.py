"""Speaking to the mail server: one message, one recipient, one connection; and what its refusals mean."""

import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from flask import current_app

from app.sdk import clock

# After a connection that failed, other mails of this process do not try at once.
REST = timedelta(seconds=20)
EXTENSION = "desk_mail_server_away_until"


class Away(Exception):
    """The server cannot be reached, or takes nothing for now: later it may."""


class Unheard(Away):
    """The server went away in the middle of a message: it may have taken it."""


class Refused(Exception):
    """The server will never take this mail."""


def rest() -> timedelta:
    """Return for how long the server is left alone, after it was found away."""
    until: datetime | None = current_app.extensions.get(EXTENSION)
    return max(until - clock.now(), timedelta(0)) if until is not None else timedelta(0)


def send(message: EmailMessage, recipient: str) -> None:
    """Hand a message over. Raises Away, Unheard, Refused."""
    config = current_app.config
    try:
        server = _connected(config)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        current_app.extensions[EXTENSION] = clock.now() + REST
        raise Away(_words(error)) from error
    current_app.extensions.pop(EXTENSION, None)
    try:
        server.send_message(message, parseaddr(config["MAIL_FROM"])[1], [recipient])
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        raise _refusal(code, text) from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPNotSupportedError, UnicodeError) as error:
        raise Refused(_words(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Unheard(_words(error)) from error
    finally:
        # What it says to the farewell changes nothing: the message is in its hands, or was refused.
        with suppress(OSError, smtplib.SMTPException):
            server.quit()


def _connected(config: Mapping[str, Any]) -> smtplib.SMTP:
    where = {"host": config["SMTP_HOST"], "port": config["SMTP_PORT"], "timeout": config["SMTP_TIMEOUT"] or 20,
             "local_hostname": parseaddr(config["MAIL_FROM"])[1].rpartition("@")[2]}
    trust = ssl.create_default_context(cafile=config["SMTP_CA_FILE"] or None)
    server = smtplib.SMTP_SSL(**where, context=trust) if config["SMTP_TLS"] == "tls" else smtplib.SMTP(**where)
    try:
        if config["SMTP_TLS"] == "starttls":
            server.starttls(context=trust)
        if config["SMTP_USER"]:
            server.login(config["SMTP_USER"], config["SMTP_PASSWORD"])
    except BaseException:
        server.close()
        raise
    return server


def _refusal(code: int, text: Any) -> Exception:
    said = f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    return Refused(said) if 500 <= code < 600 else Away(said)


def _words(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return f"{error.smtp_code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    return str(error) or type(error).__name__
