"""Values of the type of their column, whoever gives them: what does not fit is refused by its field's name.

Pages and imports read what was typed before they ask a service; a step by REST, a job or another addon may give
anything. A day or a time may be given as its ISO text.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, Integer, String, inspect
from sqlalchemy.types import TypeEngine

from app.db import UtcDateTime
from app.sdk.errors import InvalidField
from app.sdk.i18n import _


class _Unfit(Exception):
    """The message says what a value must be."""


def typed(model: type[Any], column: str, name: str, value: Any) -> Any:
    """Return a value as the column of that name takes it. Raises InvalidField for `name` where it cannot."""
    attribute = inspect(model).column_attrs.get(column)
    if value is None or attribute is None:
        return value
    kind = attribute.columns[0].type
    read = next((read for of, read in _READERS.items() if isinstance(kind, of)), None)
    if read is None:
        return value
    try:
        return read(value, kind)
    except _Unfit as wrong:
        raise InvalidField(name, str(wrong)) from None


def _text(value: Any, kind: Any) -> str:
    if not isinstance(value, str):
        raise _Unfit(_("This must be text."))
    if kind.length is not None and len(value) > kind.length:
        raise _Unfit(_("This is longer than %(length)s characters.", length=kind.length))
    return value


def _number(value: Any, kind: Any) -> int:
    limit = 2 ** (63 if isinstance(kind, BigInteger) else 31)
    is_number = isinstance(value, int | str) and not isinstance(value, bool)
    if not is_number or not (found := _whole(value)) or not -limit <= found[0] < limit:
        raise _Unfit(_("This must be a whole number."))
    return found[0]


def _whole(value: int | str) -> list[int]:
    try:
        return [int(value)]
    except ValueError:
        return []


def _flag(value: Any, _kind: Any) -> bool:
    if value not in (0, 1) or not isinstance(value, int):
        raise _Unfit(_("This must be true or false."))
    return bool(value)


def _day(value: Any, _kind: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _Unfit(_("This is not a date.")) from None


def _moment(value: Any, _kind: Any) -> datetime:
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        found = None
    if found is None or found.tzinfo is None:
        raise _Unfit(_("This is not a date and time."))
    return found


_READERS: dict[type[TypeEngine[Any]], Callable[[Any, Any], Any]] = {
    String: _text, Integer: _number, Boolean: _flag, Date: _day, UtcDateTime: _moment,
}
