"""How a text would look as a mail, about a record that the reader may see."""

from flask_babel import force_locale

from app.db import session
from app.notify import links, mail_texts
from app.notify.mail_messages import Button, Written, write
from app.notify.words import sentence
from app.organisation.models import Person
from app.records.settings import setting
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _, bilingual
from app.sdk.notices import RecordFacts


def preview(actor: Actor, kind: str, language: str, text: mail_texts.MailText, number: str) -> Written:
    """Return what a text makes of the record with this number, or of the latest one. Raises InvalidField."""
    mail_texts.check(kind, "subject", text.subject)
    mail_texts.check(kind, "body", text.body)
    with force_locale(language):
        facts = _facts(kind, number.strip())
    if number.strip() and facts is None:
        raise InvalidField("number", _("You see no record with this number."))
    with force_locale(language):
        if facts is not None and facts.is_confidential:
            facts, text, kind = RecordFacts(facts.number), mail_texts.text_for(mail_texts.CONFIDENTIAL, language), \
                mail_texts.CONFIDENTIAL
        person = session().get(Person, actor.person_id) if actor.person_id is not None else None
        message = {one.key: one.message for one in mail_texts.declared()}.get(kind, "")
        values = {"name": person.name if person is not None else actor.label, "actor": actor.label,
                  "desk": bilingual(setting("web.desk_name")), "message": sentence(str(message), actor.label, {})}
        known = mail_texts.placeholders(kind)
        buttons = [Button(_("Open on the desk"), links.public_address(), is_main=True)]
        return write(kind, text, {name: one for name, one in values.items() if name in known}, facts, buttons,
                     has_log_in=True)


def _facts(kind: str, number: str) -> RecordFacts | None:
    for teller in mail_texts.facts_for(kind) if kind != mail_texts.CONFIDENTIAL else mail_texts.all_facts():
        record = teller.find(number)
        if record is not None:
            return teller.of(*record, {})
    return None
