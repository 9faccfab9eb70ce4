"""What a backup file says of itself, and how it is refused."""

import hashlib
import hmac
import re
from dataclasses import asdict, dataclass, field
from typing import Any

from app.sdk.errors import BusinessError

PRODUCT = "tianhui-service-desk"
FORMAT = 1
ABOUT, MANIFEST, KEY = "about.json", "manifest.json", "secret_key"
# Of the machine it ran on, and over with it.
LEFT_OUT = frozenset({"desk_process"})
LONGEST_MANIFEST = 16 * 1024 * 1024
LONGEST_LINE = 64 * 1024 * 1024
BLOCK = 1024 * 1024
# Nothing else is in a backup: no other name ever becomes a path.
TABLE = re.compile(r"tables/([a-z][a-z0-9_]{0,62})\.jsonl\.gz")
FILE = re.compile(r"files/([0-9a-f]{64})")
OTHER = re.compile(r"(?:archives|imports)(?:/[A-Za-z0-9_][A-Za-z0-9._-]{0,120}){1,4}")


class BackupRefused(BusinessError):
    """A backup or a restore that cannot be; the message says why, and nothing was changed."""


@dataclass(slots=True)
class Part:
    """What the manifest says of a table or a file: rows (of a table), bytes as they are unpacked, their hash."""

    sha256: str
    bytes: int
    rows: int = 0


@dataclass(slots=True)
class Unit:
    """The platform or an addon whose tables are in the file."""

    name: str
    version: str
    revision: str
    state: str


@dataclass(slots=True)
class Manifest:
    """All that a backup file says of itself."""

    version: str
    made_at: str
    database: str
    units: list[Unit]
    tables: dict[str, Part] = field(default_factory=dict)
    others: dict[str, Part] = field(default_factory=dict)
    files: int = 0
    file_bytes: int = 0
    # Files that rows speak of and that were not there, or were not what their name says.
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    # PostgreSQL's counters, which may be ahead of the rows.
    next_ids: dict[str, int] = field(default_factory=dict)
    key: str = ""
    format: int = FORMAT
    product: str = PRODUCT

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(part.rows for part in self.tables.values())

    @property
    def unpacked(self) -> int:
        """How many bytes everything has that is not a file of an attachment."""
        return sum(part.bytes for part in (*self.tables.values(), *self.others.values()))

    def plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return asdict(self)


def manifest_of(found: Any) -> Manifest:
    """Return the manifest that JSON gave. Raises BackupRefused."""
    try:
        values = dict(found)
        values["units"] = [Unit(**one) for one in values["units"]]
        for name in ("tables", "others"):
            values[name] = {key: Part(**part) for key, part in values[name].items()}
        return Manifest(**values)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise BackupRefused(f"The backup is damaged: its manifest cannot be read ({error}).") from error


def key_fingerprint(secret_key: str) -> str:
    """Return by what two secret keys are known to be the same; the key cannot be told from it."""
    return hmac.new(secret_key.encode(), b"backup", hashlib.sha256).hexdigest()[:16]
