"""Notices as data: what people may be told of, and in which words."""

from dataclasses import dataclass

from app.sdk.i18n import LazyString


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """One kind of notice: its key is `<addon>.<name>` and never changes.

    `message` is said to each reader in their own language, about the record that stands above it. It may hold
    `%(actor)s`, who did it, and what `notify` was given besides; a value in two languages is said in the reader's.
    Each user may switch a kind on or off; `is_on` is what they begin with.
    """

    key: str
    label: LazyString | str
    message: LazyString | str
    icon: str = "bell"
    is_on: bool = True
