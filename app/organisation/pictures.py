"""Pictures of people: one of the person's files, so that it goes with the person."""

from app.db import session
from app.organisation.models import Person
from app.organisation.people import check_not_anonymised, person_service
from app.organisation.permissions import PERSON_WRITE
from app.records import attachments
from app.records.attachments import Attachment
from app.records.values import all_or_nothing, flush
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _

MOST_BYTES = 2 * 1024 * 1024


@all_or_nothing
def change_picture(actor: Actor, person_id: int, name: str, content: bytes) -> Person:
    """Show a person by a picture from now on; without content by their initials again.

    Raises Forbidden, NotFound, and InvalidField for what is no picture that a page may show, or is too large.
    """
    person = person_service.get_for_update(person_id)
    actor.require(PERSON_WRITE)
    check_not_anonymised(person)
    if len(content) > MOST_BYTES:
        raise InvalidField("file", _("A picture has at most %(size)s MB.", size=MOST_BYTES // 1024 // 1024))
    if content:
        made = attachments.add(session(), person, name, content)
        if not made.is_picture:
            raise InvalidField("file", _("Choose a picture: PNG, JPEG, GIF or WebP."))
        person.picture_id = made.id
    else:
        person.picture_id = None
    flush(session(), Person)
    return person


def picture_of(person: Person) -> Attachment | None:
    """Return the file of a person's picture. The caller has checked that the person may be seen."""
    if person.picture_id is None:
        return None
    files = attachments.of_record(session(), Person.record_type(), person.id)
    return next((file for file in files if file.id == person.picture_id and file.is_picture), None)
