"""Colleagues: who works here and can log in. They are named in notes with @, and hear of it."""

import re
from collections.abc import Iterable

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.db import Audited
from app.organisation.models import GroupMember, Person, WorkGroup
from app.organisation.search import find_people
from app.records import attachments, timeline
from app.records.events import PersonMentioned
from app.records.links import Watcher
from app.sdk.actor import Actor, current_actor
from app.sdk.errors import InvalidField
from app.sdk.events import announce
from app.sdk.i18n import _, bilingual

MAX_FOUND = 8
MAX_MENTIONS = 20
# A picture within a text: ![name](attachment:12).
PICTURE = re.compile(r"!\[([^\]\n]{0,255})\]\(attachment:(\d{1,18})\)")


def _colleagues() -> Select[int, str]:
    # A customer with a log-in is in no work group, and nothing internal may reach them.
    members = select(GroupMember.person_id).join(WorkGroup, WorkGroup.id == GroupMember.group_id).where(
        WorkGroup.is_active)
    return select(Person.id, Person.name).where(Person.is_active, Person.user_id.is_not(None), Person.id.in_(members))


def find(session: Session, text: str) -> list[tuple[int, str, str]]:
    """Return (id, name, one of the groups) of the colleagues that fit and that the reader may see."""
    statement = _colleagues()
    if text.strip():
        statement = statement.where(find_people(Person, text))
    found = session.execute(statement.order_by(Person.name, Person.id).limit(MAX_FOUND)).all()
    groups = select(GroupMember.person_id, WorkGroup.name).join(WorkGroup, WorkGroup.id == GroupMember.group_id).where(
        GroupMember.person_id.in_([row[0] for row in found]), WorkGroup.is_active).order_by(GroupMember.id.desc())
    names = {row[0]: bilingual(row[1]) for row in session.execute(groups)}
    return [(row[0], row[1], names.get(row[0], "")) for row in found]


def write_note(session: Session, record: Audited, body: str, *, is_public: bool,
               mentions: Iterable[int] = ()) -> timeline.TimelineEntry:
    """Add a note or a reply; colleagues named in it become watchers and are told.

    The caller has checked that the actor may write it. A person whose "@name" is not in the text is not mentioned.
    Raises InvalidField for an empty or endless text, and for somebody who is no colleague or may not be seen.
    """
    people = _named(session, body, mentions)
    entry = timeline.add_note(session, record, body, is_public=is_public)
    if people:
        entry.data = {"mentions": {str(key): name for key, name in people.items()}}
    if is_public:
        _show_pictures(session, record, body, current_actor())
    session.flush()
    kind = type(record).record_type()
    _watch(session, kind, record.id, people)
    for key in people:
        announce(PersonMentioned(kind, record.id, key, entry.id, is_public, entry.body or ""))
    return entry


def _named(session: Session, body: str, mentions: Iterable[int]) -> dict[int, str]:
    wanted = set(mentions)
    if not wanted:
        return {}
    if len(wanted) > MAX_MENTIONS:
        raise InvalidField("body", _("Mention at most %(number)s people.", number=MAX_MENTIONS))
    found = {row[0]: row[1] for row in session.execute(_colleagues().where(Person.id.in_(wanted)))}
    if wanted - found.keys():
        raise InvalidField("body", _("Somebody you mention is no colleague with a log-in."))
    return {key: name for key, name in sorted(found.items()) if f"@{name}" in body}


def _watch(session: Session, record_type: str, record_id: int, people: Iterable[int]) -> None:
    wanted = set(people)
    if not wanted:
        return
    present = select(Watcher.person_id).where(
        Watcher.record_type == record_type, Watcher.record_id == record_id, Watcher.person_id.in_(wanted))
    for key in sorted(wanted - set(session.execute(present).scalars())):
        session.add(Watcher(record_type=record_type, record_id=record_id, person_id=key))
    session.flush()


def _show_pictures(session: Session, record: Audited, body: str, actor: Actor) -> None:
    # Only one's own: nobody shows a customer what somebody else kept inside.
    ids = {int(found[2]) for found in PICTURE.finditer(body)}
    if ids and actor.user_id is not None:
        attachments.publish(session, type(record).record_type(), record.id, ids, actor.user_id)
