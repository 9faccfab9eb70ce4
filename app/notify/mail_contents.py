"""What one mail says, at the moment at which it is sent: an old event in today's words, to whom it still concerns."""

from dataclasses import dataclass, field

from flask_appbuilder.security.sqla.models import User
from flask_babel import force_locale
from sqlalchemy import inspect, select

from app.db import Record, session, system_scope
from app.notify import links, mail_texts, pages
from app.notify.mail_messages import Button
from app.notify.models import Mail
from app.notify.words import sentence
from app.organisation.models import Company, Person
from app.records.settings import setting
from app.sdk.actor import Actor, acting_as
from app.sdk.i18n import LANGUAGES, _, bilingual
from app.sdk.links import LinkPurpose
from app.sdk.notices import NoticeKind, RecordFacts
from app.security import epoch
from app.security.accounts import accounts_of
from app.security.models import UserPreference


class Nothing(Exception):
    """There is nothing to be sent any more; the reason is a word of `app.notify.words.REASONS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Contents:
    """All that a message is made of; `made` are the links made for it."""

    kind: str
    text: mail_texts.MailText
    values: dict[str, str]
    facts: RecordFacts | None
    language: str
    buttons: list[Button] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    has_log_in: bool = False


def contents(mail: Mail) -> Contents:
    """Return what a mail says, in the running writing unit of work, as the system. Raises Nothing."""
    kind = {one.key: one for one in mail_texts.declared()}.get(mail.kind)
    if kind is None:
        raise Nothing("kind")
    name, spoken, user_id = _recipient(mail.person_id)
    actor = _actor(user_id) if user_id is not None else None
    if actor is not None and not _sees(actor, mail):
        raise Nothing("hidden")
    with force_locale(spoken):
        facts = _facts(mail)
        is_confidential = facts is not None and facts.is_confidential
        key = mail_texts.CONFIDENTIAL if is_confidential else kind.key
        if facts is not None and is_confidential:
            facts = RecordFacts(facts.number, is_confidential=True)
        made = Contents(key, mail_texts.text_for(key, spoken), _values(mail, kind, name, is_confidential), facts,
                        spoken, has_log_in=actor is not None)
        made.buttons = _buttons(mail, made)
    return made


def _recipient(person_id: int | None) -> tuple[str, str, int | None]:
    statement = (
        select(Person.name, Person.is_active, Person.deleted_at, User.id, UserPreference.language, Person.language,
               Company.language)
        .outerjoin(User, (User.id == Person.user_id) & User.active)
        .outerjoin(UserPreference, UserPreference.user_id == User.id)
        .outerjoin(Company, Company.id == Person.company_id).where(Person.id == person_id)
    )
    with system_scope():
        row = session().execute(statement).one_or_none() if person_id is not None else None
    if person_id is not None and (row is None or not row[1] or row[2] is not None):
        raise Nothing("gone")
    chosen = [one for one in (row[4:] if row is not None else ()) if one in LANGUAGES]
    spoken = chosen[0] if chosen else str(setting("security.default_language"))
    return (row[0] if row is not None else ""), spoken, (row[3] if row is not None else None)


def _actor(user_id: int) -> Actor | None:
    user = session().execute(select(User).where(User.id == user_id)).scalar_one()
    account = accounts_of([user], epoch.current(session().connection()))[0]
    return account.actor


def _sees(actor: Actor, mail: Mail) -> bool:
    model = pages.model_of(mail.record_type)
    if model is None or not issubclass(model, Record) or mail.record_id is None:
        return True
    base = inspect(model).mapper.base_mapper.class_
    with acting_as(actor, via="mail"):
        return session().execute(select(base.id).where(base.id == mail.record_id)).first() is not None


def _facts(mail: Mail) -> RecordFacts | None:
    if mail.record_type is None or mail.record_id is None:
        return None
    tellers = mail_texts.facts_for(mail.kind)
    for teller in tellers:
        found = teller.of(mail.record_type, mail.record_id, mail.params or {})
        if found is not None:
            return found
    if tellers:
        raise Nothing("gone")
    return None


def _values(mail: Mail, kind: NoticeKind, name: str, is_confidential: bool) -> dict[str, str]:
    values = {"name": name, "desk": bilingual(setting("web.desk_name"))}
    if not is_confidential:
        values |= {"actor": sentence("%(actor)s", mail.actor_label, {}),
                   "message": sentence(str(kind.message), mail.actor_label, mail.params)}
    return values


def _buttons(mail: Mail, made: Contents) -> list[Button]:
    buttons = []
    if mail.record_type is not None and mail.record_id is not None and mail.person_id is not None:
        for purpose in _offered(mail):
            made.made.append(links.make(purpose.key, (mail.record_type, mail.record_id), mail.person_id,
                                        params=dict(mail.params or {})))
            buttons.append(Button(str(purpose.label or purpose.title), made.made[-1], is_main=True))
    path = mail.url or pages.path_of(mail.record_type, mail.record_id)
    if made.has_log_in and path:
        buttons.append(Button(_("Open on the desk"), links.public_address() + path, is_main=not buttons))
    return buttons


def _offered(mail: Mail) -> list[LinkPurpose]:
    assert mail.record_type is not None and mail.record_id is not None and mail.person_id is not None  # noqa: S101, PT018
    return [purpose for purpose in links.purposes().values() if mail.kind in purpose.offered_in
            and purpose.is_for(mail.record_type, mail.record_id, mail.person_id)]
