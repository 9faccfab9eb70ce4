"""What somebody wrote and changed afterwards: every earlier text of an entry is kept, and what is withdrawn stays.

    edit(session, actor, record, entry, "new text")
    withdraw(session, actor, record, entry, "wrong ticket")

One's own notes, replies and calls for as long as the setting says, those of others by a right. Audit tells both.
"""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Identity, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Audited, Id, Model, UtcDateTime
from app.records import audit
from app.records.permissions import JOURNAL_EDIT_OTHERS
from app.records.rich_text import MAX_TEXT
from app.records.settings import setting
from app.records.timeline import TimelineEntry
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, Forbidden, InvalidField, NotFound
from app.sdk.i18n import _

WRITTEN = frozenset({"note", "reply", "call"})
EDIT_MINUTES = "records.edit_minutes"


class TimelineVersion(Model):
    """A text that an entry had before, with who replaced it and when."""

    __tablename__ = "timeline_version"
    __table_args__ = (Index("ix_timeline_version_record", "record_type", "record_id"),)

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("timeline_entry.id", ondelete="CASCADE"), index=True)
    record_type: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[int] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(Id)
    actor_label: Mapped[str] = mapped_column(String(200))
    body: Mapped[str | None] = mapped_column(Text)


def entry_of(session: Session, record: Audited, entry_id: int) -> TimelineEntry:
    """Return an entry of a record. Raises NotFound; whether its reader may see it the caller asks."""
    found = session.get(TimelineEntry, entry_id)
    if found is None or (found.record_type, found.record_id) != (type(record).record_type(), record.id):
        raise NotFound
    return found


def mark(entry: TimelineEntry) -> str:
    """Return by what an entry's text is known again: when it was last changed."""
    return entry.edited_at.isoformat() if entry.edited_at is not None else ""


def why_not(actor: Actor, entry: TimelineEntry) -> str | None:
    """Say why an actor may not change an entry, or None."""
    if entry.kind not in WRITTEN:
        return _("Only what somebody wrote can be changed.")
    if entry.withdrawn_at is not None:
        return _("This entry is withdrawn.")
    if actor.can(JOURNAL_EDIT_OTHERS):
        return None
    if entry.actor_id is None or entry.actor_id != actor.user_id:
        return _("You may change your own entries only.")
    minutes = int(setting(EDIT_MINUTES))
    if clock.now() - entry.at > timedelta(minutes=minutes):
        return _("An entry can be changed for %(number)s minutes only.", number=minutes)
    return None


def edit(session: Session, actor: Actor, record: Audited, entry: TimelineEntry, body: str,
         seen: str | None = None) -> None:
    """Give an entry another text and keep the one it had. `seen` is the mark of the text that the writer saw.

    Raises Forbidden, Conflict where somebody else changed it meanwhile, InvalidField for no or an endless text.
    """
    _require(actor, entry)
    text = body.strip()
    if not text:
        raise InvalidField("body", _("Write something first."))
    if len(text) > MAX_TEXT:
        raise InvalidField("body", _("A text has at most %(number)s characters.", number=MAX_TEXT))
    if seen is not None and seen != mark(entry):
        raise Conflict(_("Somebody else changed this entry meanwhile: %(text)s", text=(entry.body or "")[:500]))
    if text == entry.body:
        return
    _keep(session, actor, entry)
    audit.write(session, entry.record_type, record.id, "update", {"journal": (entry.body, text)})
    entry.body, entry.edited_at = text, clock.now()
    session.flush()


def withdraw(session: Session, actor: Actor, record: Audited, entry: TimelineEntry, reason: str) -> None:
    """Strike an entry through: it stays for those who may read it, with the reason. Raises as `edit` does."""
    _require(actor, entry)
    why = reason.strip()
    if not why:
        raise InvalidField("reason", _("This field is required."))
    audit.write(session, entry.record_type, record.id, "update", {"journal": (entry.body, None)})
    entry.withdrawn_at, entry.withdrawn_reason = clock.now(), why[:1000]
    entry.withdrawn_by_label, entry.withdrawn_by_id = actor.label[:200], actor.user_id
    session.flush()


def versions(session: Session, entry: TimelineEntry) -> list[TimelineVersion]:
    """Return the texts that an entry had before, newest first."""
    statement = select(TimelineVersion).where(TimelineVersion.entry_id == entry.id)
    return list(session.execute(statement.order_by(TimelineVersion.id.desc())).scalars())


def history(session: Session, actor: Actor, entry: TimelineEntry, *, sees_internal: bool) -> list[TimelineVersion]:
    """Return the texts that an entry had before, for whoever may read them.

    Raises NotFound for customers, Forbidden where it is withdrawn and the actor may not change what others wrote.
    """
    if not sees_internal:
        raise NotFound
    if entry.withdrawn_at is not None and not actor.can(JOURNAL_EDIT_OTHERS):
        raise Forbidden
    return versions(session, entry)


def _require(actor: Actor, entry: TimelineEntry) -> None:
    refused = why_not(actor, entry)
    if refused:
        raise Forbidden(refused)


def _keep(session: Session, actor: Actor, entry: TimelineEntry) -> None:
    session.add(TimelineVersion(
        entry_id=entry.id, record_type=entry.record_type, record_id=entry.record_id, at=clock.now(),
        actor_id=actor.user_id, actor_label=actor.label[:200], body=entry.body))
