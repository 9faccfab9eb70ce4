"""The kinds of custom fields: what may be typed or sent for each, and how it is stored."""

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from app.records.custom.definitions import Definition
from app.records.custom.models import SORTED
from app.records.picklists import sort_key_zh
from app.sdk.errors import InvalidField
from app.sdk.i18n import LazyString, _, _l

TEXT, LONG_TEXT, NUMBER, DATE, MOMENT, BOOL = "text", "long_text", "number", "date", "moment", "bool"
CHOICE, CHOICES, PERSON, COMPANY, WORK_GROUP = "choice", "choices", "person", "company", "work_group"
RECORD, FILE, URL = "record", "file", "url"
LABELS: dict[str, LazyString] = {
    TEXT: _l("Short text"), LONG_TEXT: _l("Long text"), NUMBER: _l("Number"), DATE: _l("Date"),
    MOMENT: _l("Date and time"), BOOL: _l("Yes or no"), CHOICE: _l("Choice of a list"),
    CHOICES: _l("Several choices of a list"), PERSON: _l("Person"), COMPANY: _l("Company"),
    WORK_GROUP: _l("Work group"), RECORD: _l("Any record"), FILE: _l("File of the record"), URL: _l("Web address"),
}
OF_LIST = frozenset({CHOICE, CHOICES})
REFERS = {PERSON: "person", COMPANY: "company", WORK_GROUP: "work_group", FILE: "attachment"}
MAX_TEXT, MAX_LONG, MAX_NUMBER = 400, 20_000, Decimal(9) * 10**12
MAX_SEVERAL = 50
Columns = dict[str, Any]


def column_of(field: Definition) -> str:
    """Return the column of a value that filters compare and lists are sorted by."""
    if target_of(field) is not None:
        return "ref_id"
    return {NUMBER: "number", DATE: "day", MOMENT: "moment", BOOL: "flag", CHOICE: "value_id",
            CHOICES: "value_id"}.get(field.kind, "sort_text")


def is_of_values(field: Definition) -> bool:
    """Say whether a field holds values of a list, and not rows of a record set."""
    return field.kind in OF_LIST and not field.source_type


def target_of(field: Definition) -> str | None:
    """Return the type of record that a field refers to, None for one that refers to none."""
    if field.kind in OF_LIST:
        return field.source_type
    return field.target if field.kind == RECORD else REFERS.get(field.kind)


def is_empty(raw: Any) -> bool:
    """Say whether nothing was given."""
    return raw is None or raw == [] or (isinstance(raw, str) and not raw.strip())


def stored(field: Definition, raw: Any) -> Columns:
    """Return the columns for a plain value: all kinds but choices and references. Raises InvalidField."""
    return _PLAIN[field.kind](field, raw)


def other_text(field: Definition, raw: str) -> Columns:
    """Return the columns for a text of one's own where a list takes others as well."""
    return _text(field, raw)


def folded(text: str) -> str:
    """Return the beginning of a text as lists sort it: Chinese by pinyin."""
    return (text.casefold() if text.isascii() else sort_key_zh(text))[:SORTED]


def _text(field: Definition, raw: Any) -> Columns:
    if not isinstance(raw, str):
        raise InvalidField(field.name, _("This must be text."))
    most = min(field.max_length or MAX_LONG, MAX_LONG if field.kind == LONG_TEXT else MAX_TEXT)
    text = raw.replace("\0", "").encode(errors="ignore").decode().replace("\r\n", "\n").strip()
    if len(text) > most:
        raise InvalidField(field.name, _("A text has at most %(number)s characters.", number=most))
    if field.pattern and not matches(field.pattern, text):
        raise InvalidField(field.name, _("This does not have the form that is asked for."))
    return {"text": text, "sort_text": folded(text)}


def matches(pattern: str, text: str) -> bool:
    """Say whether a whole text has the form of a pattern; one that cannot be read asks for nothing."""
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        return True


def _url(field: Definition, raw: Any) -> Columns:
    columns = _text(field, raw)
    try:
        parts = urlsplit(columns["text"])
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", parts.geturl())
    except ValueError:
        is_address = False
    if not is_address:
        raise InvalidField(field.name, _("Give an address that begins with http:// or https://."))
    return columns


def number(raw: Any) -> Decimal | None:
    """Return what was typed as a number, None where it is none or too large."""
    if isinstance(raw, bool) or (isinstance(raw, float) and not math.isfinite(raw)):
        return None
    try:
        found = Decimal(str(raw).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < MAX_NUMBER else None


def _number(field: Definition, raw: Any) -> Columns:
    found = number(raw)
    if found is None:
        raise InvalidField(field.name, _("This must be a number."))
    if found != found.quantize(Decimal("0.000001")):
        raise InvalidField(field.name, _("Use at most six decimals."))
    _within(field, found, number)
    return {"number": found}


def day(raw: Any) -> date | None:
    """Return what was given as a day, None where it is none."""
    if isinstance(raw, datetime):
        return None
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(str(raw).strip())
    except ValueError:
        return None


def _day(field: Definition, raw: Any) -> Columns:
    found = day(raw)
    if found is None:
        raise InvalidField(field.name, _("This is not a date."))
    _within(field, found, day)
    return {"day": found}


def _moment(field: Definition, raw: Any) -> Columns:
    try:
        found = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw).strip())
        # A program that names no zone means UTC, as REST answers it.
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidField(field.name, _("This is not a date and time.")) from None
    return {"moment": found}


def _flag(field: Definition, raw: Any) -> Columns:
    if not isinstance(raw, bool):
        raise InvalidField(field.name, _("This must be true or false."))
    return {"flag": raw}


def _within(field: Definition, value: Any, read: Callable[[Any], Any]) -> None:
    lowest, highest = (read(bound) if bound else None for bound in (field.minimum, field.maximum))
    if lowest is not None and value < lowest:
        raise InvalidField(field.name, _("Give at least %(bound)s.", bound=str(field.minimum)))
    if highest is not None and value > highest:
        raise InvalidField(field.name, _("Give at most %(bound)s.", bound=str(field.maximum)))


_PLAIN: dict[str, Callable[[Definition, Any], Columns]] = {
    TEXT: _text, LONG_TEXT: _text, URL: _url, NUMBER: _number, DATE: _day, MOMENT: _moment, BOOL: _flag,
}
