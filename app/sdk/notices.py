"""Notices as data: what people may be told of, in which words, and what mails may say of a kind of record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.sdk.i18n import LazyString


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """One kind of notice: its key is `<addon>.<name>` and never changes.

    `message` is said to each reader in their own language, about the record that stands above it. It may hold
    `%(actor)s`, who did it, and what `notify` was given besides; a value in two languages is said in the reader's.
    Each user may switch a kind on or off, for the desk and for mail; `is_on` and `is_mailed` are what they begin with.
    A kind that `is_for_customers` is also mailed to people without log-in, and customers with one begin with it on;
    `tells_oneself` mails it also to whoever did it themselves: an acknowledgement.
    """

    key: str
    label: LazyString | str
    message: LazyString | str
    icon: str = "bell"
    is_on: bool = True
    is_mailed: bool = False
    is_for_customers: bool = False
    tells_oneself: bool = False


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What a mail may say of one record, in the language that holds now; texts in `rich` are sanitised HTML or plain.

    Of a confidential record a mail says `number` and nothing else.
    """

    number: str
    values: Mapping[str, str] = field(default_factory=dict)
    rich: Mapping[str, str] = field(default_factory=dict)
    is_confidential: bool = False


@dataclass(frozen=True, slots=True)
class MailFacts:
    """What templates may say of some kinds of records; an addon lists these as MAIL_FACTS in its `notices` module.

    `placeholders` are names with their meaning. `of(record_type, record_id, params)` returns the facts of a record, or
    None where it is of another kind or gone; `params` is what `notify` was given. It runs as the system.
    `find(number)` returns (record type, id) of the record with a number, of the latest one for an empty number, as far
    as the reader sees it: for looking at a text beforehand.
    """

    kinds: tuple[str, ...]
    placeholders: Mapping[str, LazyString | str]
    of: Callable[[str, int, Mapping[str, Any]], RecordFacts | None]
    find: Callable[[str], tuple[str, int] | None]
