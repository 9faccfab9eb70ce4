"""Tags: words that people stick on any record, shared by all who see it."""

from collections.abc import Iterable

from sqlalchemy import Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Audited, Id, Model
from app.sdk.errors import InvalidField
from app.sdk.i18n import _

MAX_TAGS = 20
MAX_LENGTH = 40


class RecordTag(Audited, Model):
    """One tag on one record."""

    __tablename__ = "record_tag"
    __table_args__ = (
        UniqueConstraint("record_type", "record_id", "name", name="uq_record_tag"),
        Index("ix_record_tag_name", "name", "record_type"),
    )

    record_type: Mapped[str] = mapped_column(String(64))  # type: ignore[assignment]
    record_id: Mapped[int] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(MAX_LENGTH))

    def __str__(self) -> str:
        return self.name


def of_record(session: Session, record_type: str, record_id: int) -> list[str]:
    """Return a record's tags in order. The caller has checked that the record may be seen."""
    statement = select(RecordTag.name).where(RecordTag.record_type == record_type, RecordTag.record_id == record_id)
    return list(session.execute(statement.order_by(RecordTag.name)).scalars())


def replace(session: Session, record: Audited, names: Iterable[str]) -> list[str]:
    """Give a record exactly these tags. Raises InvalidField for too many or too long ones."""
    wanted = sorted({" ".join(name.split()).lower() for name in names} - {""})
    if len(wanted) > MAX_TAGS:
        raise InvalidField("tags", _("Use at most %(number)s tags.", number=MAX_TAGS))
    if any(len(name) > MAX_LENGTH for name in wanted):
        raise InvalidField("tags", _("A tag has at most %(number)s characters.", number=MAX_LENGTH))
    record_type = type(record).record_type()
    statement = select(RecordTag).where(RecordTag.record_type == record_type, RecordTag.record_id == record.id)
    present = {tag.name: tag for tag in session.execute(statement).scalars()}
    for name in present.keys() - set(wanted):
        session.delete(present[name])
    session.add_all(RecordTag(record_type=record_type, record_id=record.id, name=name)
                    for name in wanted if name not in present)
    session.flush()
    return wanted
