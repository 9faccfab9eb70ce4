"""What a browser sends of a form's fields: by it two forms of one record are compared, whatever the fields are.

A field nobody touched sends what it showed, though that may be less than the record holds (a moment without its
seconds). Values of two forms are therefore compared as they are sent, never as they are stored.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FileField, PasswordField
from wtforms.fields import SelectMultipleField

from app.web.fields import LabelField, RemoteSelectField

Wire = tuple[str, ...]
_LANGUAGES = ("en", "zh")


def carried(form: Any) -> list[Any]:
    """Return the fields that hold something of the record which the reader may see and change."""
    return [field for field in form if field.name not in ("version", "csrf_token")
            and not isinstance(field, FileField | PasswordField) and not getattr(field, "is_locked", False)]


def shown(field: Any) -> Wire:
    """Return what a browser sends of a field that was filled from its record and not touched."""
    if isinstance(field, LabelField):
        return _even((field.data or {}).get(language) for language in _LANGUAGES)
    if isinstance(field, BooleanField):
        return ("y",) if field.data else ()
    if isinstance(field, RemoteSelectField):
        return _some(field.ids() if field.multiple else [field.data])
    if isinstance(field, SelectMultipleField):
        return _some(field.data or ())
    made = getattr(field, "_value", None)
    return _some([made() if made is not None else field.data])


def sent(field: Any, formdata: Mapping[str, Any]) -> Wire | None:
    """Return what came of a field; None where the request says nothing of it."""
    if isinstance(field, LabelField):
        names = [f"{field.name}-{language}" for language in _LANGUAGES]
        return _even(formdata.get(name, "") for name in names) if any(name in formdata for name in names) else None
    if isinstance(field, BooleanField):
        return ("y",) if field.data else ()
    many = getattr(field, "multiple", False) or isinstance(field, SelectMultipleField)
    if field.name not in formdata:
        return () if many else None
    found = formdata.getlist(field.name) if hasattr(formdata, "getlist") else [formdata[field.name]]
    return _some(found if many else found[:1])


def fill(field: Any, values: Wire) -> None:
    """Fill a field as if a browser had sent these values."""
    if isinstance(field, LabelField):
        pairs = [(f"{field.name}-{language}", text) for language, text in zip(_LANGUAGES, values, strict=True)]
    else:
        is_many = isinstance(field, BooleanField | SelectMultipleField) or getattr(field, "multiple", False)
        pairs = [(field.name, value) for value in values or (() if is_many else ("",))]
    field.process(MultiDict(pairs))


def digest(values: Wire) -> str:
    """Return a short mark of values, by which they are known again and told to nobody."""
    return hashlib.blake2s(json.dumps(values).encode(), digest_size=9).hexdigest()


def _even(texts: Iterable[Any]) -> Wire:
    return tuple(map(_text, texts))


def _some(texts: Iterable[Any]) -> Wire:
    return tuple(sorted(filter(None, map(_text, texts))))


def _text(value: Any) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").strip()
