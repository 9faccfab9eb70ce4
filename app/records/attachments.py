"""Attachments: the content lies under its hash, the row says whose it is and what it is called."""

import hashlib
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import puremagic
from flask import current_app
from sqlalchemy import BigInteger, Boolean, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Audited, Id, Model, UtcDateTime
from app.records import timeline
from app.records.settings import setting
from app.sdk import clock
from app.sdk.actor import current_actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _

# What a page may show in place. No SVG: it can hold a script.
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def most_bytes() -> int:
    """Return how large a file may be."""
    return int(setting("records.upload_megabytes")) * 1024 * 1024


class Attachment(Audited, Model):
    """One file of one record."""

    __tablename__ = "attachment"
    __searched__ = ("name",)
    __table_args__ = (
        Index("ix_attachment_record", "record_type", "record_id"),
        Index("ix_attachment_sha256", "sha256"),
    )

    record_type: Mapped[str] = mapped_column(String(64))  # type: ignore[assignment]
    record_id: Mapped[int] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(255))
    mime_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    is_public: Mapped[bool] = mapped_column(Boolean, default=False)
    # Empty for files of old whose timeline does not tell.
    created_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(Id)
    created_by_label: Mapped[str | None] = mapped_column(String(200))

    __unaudited__ = Audited.__unaudited__ | {"created_by_label"}

    @property
    def is_picture(self) -> bool:
        """Say whether a page may show it in place."""
        return self.mime_type in PICTURES


def _folder() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "files"


def path_of(attachment: Attachment) -> Path:
    """Return where the content of an attachment lies."""
    return path_of_hash(attachment.sha256)


def path_of_hash(sha256: str) -> Path:
    """Return where the content of that hash lies."""
    return _folder() / sha256[:2] / sha256


def add(session: Session, record: Audited, name: str, content: bytes, *, is_public: bool = False) -> Attachment:
    """Store a file for a record; the content is on disk before the row can commit. Raises InvalidField."""
    name = os.path.basename(name.replace("\\", "/")).strip()[:255]
    if not name or not content:
        raise InvalidField("file", _("Choose a file that is not empty."))
    if len(content) > most_bytes():
        raise InvalidField("file", _("The file is larger than %(size)s MB.", size=most_bytes() // 1024 // 1024))
    digest = hashlib.sha256(content).hexdigest()
    target = _folder() / digest[:2] / digest
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = target.with_suffix(f".{os.getpid()}.part")
        part.write_bytes(content)
        part.replace(target)
    actor = current_actor()
    attachment = Attachment(
        record_type=type(record).record_type(), record_id=record.id, name=name, mime_type=_sniff(content),
        size=len(content), sha256=digest, is_public=is_public, created_at=clock.now(), created_by_id=actor.user_id,
        created_by_label=actor.label[:200],
    )
    session.add(attachment)
    session.flush()
    timeline.add_entry(session, record, "file", is_public=is_public, data={"file": attachment.id, "name": name})
    return attachment


def _sniff(content: bytes) -> str:
    try:
        return puremagic.from_string(content, mime=True) or "application/octet-stream"
    except (puremagic.PureError, ValueError):
        return "text/plain" if b"\0" not in content[:4096] else "application/octet-stream"


def of_record(session: Session, record_type: str, record_id: int, parts: Iterable[int] = ()) -> list[Attachment]:
    """Return a record's files, and those of its `parts`. The caller has checked that all of them may be seen."""
    ids = [record_id, *parts]
    statement = (select(Attachment).where(Attachment.record_type == record_type, Attachment.record_id.in_(ids))
                 .order_by(Attachment.id))
    return list(session.execute(statement).scalars())


def publish(session: Session, record_type: str, record_id: int, ids: Iterable[int], user_id: int) -> None:
    """Let customers see these files of a record, as far as this user has put them there."""
    statement = select(Attachment).where(
        Attachment.record_type == record_type, Attachment.record_id == record_id, Attachment.id.in_(set(ids)),
        Attachment.created_by_id == user_id, Attachment.is_public.is_(False))
    found = {file.id: file for file in session.execute(statement).scalars()}
    if not found:
        return
    for file in found.values():
        file.is_public = True
    told = select(timeline.TimelineEntry).where(
        timeline.TimelineEntry.record_type == record_type, timeline.TimelineEntry.record_id == record_id,
        timeline.TimelineEntry.kind == "file")
    for entry in session.execute(told).scalars():
        entry.is_public = entry.is_public or (entry.data or {}).get("file") in found
    session.flush()
