"""Mails and links of a person: addresses go, and what they were told with them."""

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from app.organisation.personal_data import Store, Subject, register
from app.organisation.personal_stores import done, scrub, table_of
from app.sdk.i18n import _l


def remove_mails(session: Session, subject: Subject) -> int:
    """Remove the mails and links of a person, and the person from those of others."""
    mails, links = table_of("mail"), table_of("signed_link")
    theirs = or_(mails.c.person_id.in_(subject.ids), mails.c.address.in_(subject.values))
    number = done(session, delete(mails).where(theirs))
    number += done(session, delete(links).where(links.c.person_id.in_(subject.ids)))
    return number + scrub(session, "mail", "params", subject) + scrub(session, "signed_link", "params", subject)


register(Store("notify.mails", _l("Mails to them, and links in those"), remove_mails, 45))
