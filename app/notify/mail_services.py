"""What administrators do with mails and their texts."""

from collections.abc import Sequence

from sqlalchemy import func, select, update

from app.db import session
from app.jobs import put
from app.notify import mail_texts, mails
from app.notify.models import FAILED, LEFT_OUT, SENT, WAITING, Mail, MailTemplate
from app.notify.permissions import MAIL_READ, MAIL_TEMPLATE_WRITE, MAIL_WRITE
from app.organisation.models import Person
from app.records.values import all_or_nothing
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField, NotFound
from app.sdk.i18n import LANGUAGES, _

PAGE = 50
STATES = (WAITING, SENT, FAILED, LEFT_OUT)


class MailService:
    """Reads the list, sends again, tests. Flushes; the caller commits."""

    def page(self, actor: Actor, state: str | None, before: int | None) -> Sequence[Mail]:
        """Return one page of mails, newest first, and one row more where there are more; `before` is an id."""
        actor.require(MAIL_READ)
        statement = select(Mail).order_by(Mail.id.desc()).limit(PAGE + 1)
        if state in STATES:
            statement = statement.where(Mail.state == state)
        if before is not None:
            statement = statement.where(Mail.id < before)
        return session().execute(statement).scalars().all()

    def counts(self, actor: Actor) -> dict[str, int]:
        """Return how many mails wait and how many failed."""
        actor.require(MAIL_READ)
        rows = session().execute(select(Mail.state, func.count()).where(Mail.state.in_([WAITING, FAILED]))
                                 .group_by(Mail.state))
        found = {row[0]: row[1] for row in rows}
        return {state: found.get(state, 0) for state in (WAITING, FAILED)}

    @all_or_nothing
    def send_again(self, actor: Actor, mail_id: int) -> None:
        """Let a mail that failed go out again, tried as long as a new one. Raises NotFound, Conflict."""
        actor.require(MAIL_WRITE)
        if session().execute(select(Mail.id).where(Mail.id == mail_id)).first() is None:
            raise NotFound
        if not mails.is_possible():
            raise Conflict(_("There is no mail server."))
        done = session().connection().execute(
            update(Mail).where(Mail.id == mail_id, Mail.state.in_([FAILED, LEFT_OUT]))
            .values(state=WAITING, attempts=0, error=None, try_until=clock.now() + mails.TRIED_FOR))
        if not done.rowcount:
            raise Conflict(_("This mail was sent, or waits already."))
        put(mails.JOB, {"mail": mail_id})

    @all_or_nothing
    def test(self, actor: Actor) -> str:
        """Send a test mail to oneself; return the address. Raises Conflict where that cannot be."""
        actor.require(MAIL_WRITE)
        address = session().execute(select(Person.email).where(Person.id == actor.person_id)).scalar()
        if not mails.is_possible():
            raise Conflict(_("There is no mail server."))
        if not address:
            raise Conflict(_("You have no e-mail address: give your person one first."))
        mails.queue([(actor.person_id, address)], mail_texts.TEST.key, None, None, {})
        return address


class MailTemplateService:
    """Keeps texts that an administrator has changed."""

    @all_or_nothing
    def save(self, actor: Actor, kind: str, language: str, subject: str, body: str) -> None:
        """Keep a text of a kind in a language. Raises NotFound, InvalidField."""
        actor.require(MAIL_TEMPLATE_WRITE)
        row = self._row(kind, language)
        for name, text, longest in (("subject", subject, mail_texts.LONGEST_SUBJECT),
                                    ("body", body, mail_texts.LONGEST_BODY)):
            if not text.strip():
                raise InvalidField(name, _("This field is required."))
            if len(text) > longest:
                raise InvalidField(name, _("A text has at most %(number)s characters.", number=longest))
            mail_texts.check(kind, name, text)
        if row is None:
            row = MailTemplate(kind=kind, language=language, subject=subject.strip(), body=body.strip())
            session().add(row)
        else:
            row.subject, row.body = subject.strip(), body.strip()
        session().flush()

    @all_or_nothing
    def reset(self, actor: Actor, kind: str, language: str) -> None:
        """Go back to the text as it is shipped. Raises NotFound."""
        actor.require(MAIL_TEMPLATE_WRITE)
        row = self._row(kind, language)
        if row is not None:
            session().delete(row)
            session().flush()

    @staticmethod
    def _row(kind: str, language: str) -> MailTemplate | None:
        if kind not in mail_texts.kinds_with_texts() or language not in LANGUAGES:
            raise NotFound
        return mail_texts.stored(kind, language)


mail_service = MailService()
mail_template_service = MailTemplateService()
