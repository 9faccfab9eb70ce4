"""The job that sends a mail: written anew at each try, sent outside of any transaction, its outcome kept.

    waiting --sent--> sent                     Between the server's yes and the commit a crash leaves the row waiting:
       |  ^                                    the mail is then sent again, under the same Message-ID. Nobody can tell
       |  +-- server away: later, for 3 days   that apart from a crash before the yes; once too often is better than
       +--refused, or 3 days over--> failed    never.
"""

from datetime import timedelta
from email.errors import MessageError
from email.message import EmailMessage
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select, update

from app.db import session, unit_of_work
from app.jobs.lease import pause
from app.notify import links, smtp
from app.notify.mail_contents import Nothing, contents
from app.notify.mail_messages import message_of, write
from app.notify.mails import JOB, is_possible
from app.notify.models import FAILED, LEFT_OUT, SENT, WAITING, Mail
from app.sdk import clock
from app.sdk.jobs import Again, Job

LONGEST = 500
NO_SERVER = timedelta(hours=1)


def send_mail(payload: dict[str, Any]) -> None:
    """Send one mail that waits. Raises Again where it has to be tried later."""
    mail_id = int(payload["mail"])
    if not is_possible() or smtp.rest():
        _later(mail_id, smtp.rest() + timedelta(seconds=1) if is_possible() else NO_SERVER, None, payload)
        return
    try:
        with unit_of_work(write=True):
            prepared = _prepare(mail_id)
    except Nothing as nothing:
        _end(mail_id, LEFT_OUT, nothing.reason)
        return
    if prepared is None:
        return
    message, recipient, made = prepared
    try:
        smtp.send(message, recipient)
    except smtp.Refused as refused:
        _end(mail_id, FAILED, str(refused), made)
    except smtp.Unheard as unheard:
        # What may have been delivered keeps its links: the second of the same Message-ID may never be seen.
        _later(mail_id, None, str(unheard), payload)
    except smtp.Away as away:
        _later(mail_id, None, str(away), payload, made)
    else:
        _end(mail_id, SENT, None)


def _prepare(mail_id: int) -> tuple[EmailMessage, str, list[str]] | None:
    mail = session().execute(select(Mail).where(Mail.id == mail_id, Mail.state == WAITING)
                             .with_for_update()).scalar_one_or_none()
    if mail is None:
        return None
    found = contents(mail)
    with force_locale(found.language):
        written = write(found.kind, found.text, found.values, found.facts, found.buttons, has_log_in=found.has_log_in)
    number = found.facts.number if found.facts is not None else ""
    try:
        message = message_of(mail, written, number, has_log_in=found.has_log_in)
    except (ValueError, IndexError, MessageError):
        raise Nothing("address") from None
    session().connection().execute(update(Mail).where(Mail.id == mail.id).values(attempts=Mail.attempts + 1))
    return message, mail.address, found.made


def _end(mail_id: int, state: str, error: str | None, made: list[str] | None = None) -> None:
    with unit_of_work(write=True):
        links.forget(made or [])
        session().connection().execute(update(Mail).where(Mail.id == mail_id, Mail.state == WAITING).values(
            state=state, error=error[:LONGEST] if error else None, sent_at=clock.now() if state == SENT else None))


def _later(mail_id: int, after: timedelta | None, error: str | None, payload: dict[str, Any],
           made: list[str] | None = None) -> None:
    with unit_of_work(write=True):
        row = session().execute(select(Mail.attempts, Mail.try_until, Mail.error).where(
            Mail.id == mail_id, Mail.state == WAITING)).one_or_none()
        if row is None:
            return
        error = error or row.error or "no_server"
        links.forget(made or [])
        is_over = row.try_until <= clock.now()
        session().connection().execute(update(Mail).where(Mail.id == mail_id).values(
            error=error[:LONGEST], state=FAILED if is_over else WAITING))
    if not is_over:
        raise Again(payload, after=after or pause(max(row.attempts, 1)))


JOBS = [Job(JOB, send_mail, timeout=120)]
