"""What a redaction leaves of an entry of the audit log, and how the chain knows that it was one.

The log is never changed, but for one thing: personal data of somebody who was anonymised is taken out of it. Of each
entry that loses some there is a row here, written before, and the database lets no other change through.

The seal of an entry does not cover its personal parts themselves but a commitment to them: the hash of a random salt
and of them. A redaction replaces the parts, keeps the commitment and forgets the salt. So the seal still holds for all
the rest of the entry (who, when, what of which record), and nobody finds out by guessing what was there. What stands
there now is told by an entry of its own, the witness, which is in the chain itself: a row here without it is a forgery.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Identity, LargeBinary, false
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Model, UtcDateTime
from app.records.audit import AuditEntry

REDACT = "redact"
# What stands where a personal value stood.
GONE = "***"
# The parts of an entry that may be personal; all others say what happened and stay.
PERSONAL = ("actor_label", "ip", "old", "new")
COLUMNS = tuple(column.key for column in AuditEntry.__table__.columns)
FIXED = tuple(name for name in COLUMNS if name not in PERSONAL)


class AuditRedaction(Model):
    """One redaction of one entry: when, what stands there now (its hash), and what its seal had covered."""

    __tablename__ = "audit_redaction"

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    entry_id: Mapped[int] = mapped_column(Id, index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The entry that says so in the chain, and who did it.
    witness_id: Mapped[int] = mapped_column(Id)
    content: Mapped[bytes] = mapped_column(LargeBinary(32))
    commitment: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    # Of an entry that was sealed before there were commitments: its seal.
    seal_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    # Set by the database once the entry was changed: the row lets one change through.
    is_done: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


def said(values: list[Any]) -> bytes:
    """Return values as they are hashed."""
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def commitment(salt: bytes, entry: Any) -> bytes:
    """Return what a seal covers in place of the personal parts of an entry."""
    return hashlib.sha256(salt + said([getattr(entry, name) for name in PERSONAL])).digest()


def content(values: Mapping[str, Any]) -> bytes:
    """Return the hash of a whole entry, as it stands."""
    return hashlib.sha256(said([values[name] for name in COLUMNS])).digest()


def is_told(redaction: Any, witness: Any) -> bool:
    """Say whether a redaction is told by its witness: an entry of the log that names the entry and its new content."""
    if witness is None or witness.action != REDACT or not isinstance(witness.new, dict):
        return False
    return bool(witness.new.get(str(redaction.entry_id)) == redaction.content.hex())


def stands(redaction: Any, entry: Any) -> bool:
    """Say whether an entry still is what its redaction made of it."""
    return bool(content({name: getattr(entry, name) for name in COLUMNS}) == redaction.content)
