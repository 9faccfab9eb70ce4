"""Menu entries as data. The loader sorts them, checks their right and registers them under a stable key."""

from dataclasses import dataclass
from typing import Any

from app.sdk.i18n import LazyString
from app.sdk.permissions import Permission


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry; a parent without view or href is a heading that shows when one of its children shows."""

    key: str
    label: LazyString | str
    view: type[Any] | None = None
    href: str | None = None
    parent: str | None = None
    permission: Permission | None = None
    sequence: int = 10
    icon: str = ""
    # G and this letter lead here; the first entry that asks for a letter has it. H is the start page.
    letter: str = ""
