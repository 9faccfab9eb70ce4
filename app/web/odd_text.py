"""Characters that no text of the desk has: refused by the field's name, on pages and by REST, on every database.

A zero byte PostgreSQL does not take and nobody types; half a surrogate pair is left of bytes that are not UTF-8; an
override of the direction of writing lets `exe.gpj` read as a picture of that name.
"""

import codecs
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import Headers
from werkzeug.formparser import FormDataParser, MultiPartParser

from app.sdk.errors import BusinessError
from app.sdk.i18n import _

_ODD = re.compile("[\0\ud800-\udfff\u202d\u202e]")
_HALF = re.compile("[\ud800-\udfff]")
KEPT = "desk_utf8"


def _search(name: str) -> codecs.CodecInfo | None:
    if name != KEPT:
        return None
    utf8 = codecs.lookup("utf-8")
    return codecs.CodecInfo(utf8.encode, lambda data, errors="": utf8.decode(data, "surrogateescape"), name=KEPT)


codecs.register(_search)


class _Parts(MultiPartParser):
    def get_part_charset(self, headers: Headers) -> str:
        # Werkzeug puts a sign in the place of what is not UTF-8, and nobody would know.
        charset = super().get_part_charset(headers)
        return KEPT if charset == "utf-8" else charset


class _Forms(FormDataParser):
    def _parse_multipart(self, stream: Any, mimetype: str, content_length: int | None, options: Any) -> Any:
        boundary = options.get("boundary", "").encode("ascii")
        if not boundary:
            raise ValueError("Missing boundary")
        parser = _Parts(stream_factory=self.stream_factory, max_form_memory_size=self.max_form_memory_size,
                        max_form_parts=self.max_form_parts, cls=self.cls)
        return stream, *parser.parse(stream, boundary, content_length)

    def _parse_urlencoded(self, stream: Any, mimetype: str, content_length: int | None, options: Any) -> Any:
        text = stream.read().decode("utf-8", "surrogateescape")
        return stream, self.cls(parse_qsl(text, keep_blank_values=True, errors="surrogateescape")), self.cls()


class DeskRequest(Request):
    """A request whose forms keep what is not UTF-8, so that it can be refused by its field."""

    form_data_parser_class = _Forms


def refuse(given: Iterable[tuple[str, Any]]) -> None:
    """Raise BusinessError naming each field whose text, however deep, holds what no text has."""
    wrong = {str(name): text for name, value in given for text in [_wrong(value)] if text}
    if wrong:
        names = {_ODD.sub("\ufffd", name): text for name, text in wrong.items()}
        raise BusinessError(_("Please check what you entered"), fields=names, code="invalid_field")


def _wrong(value: Any) -> str:
    if isinstance(value, str):
        if _ODD.search(value) is None:
            return ""
        return _("This is no text in UTF-8.") if _HALF.search(value) else _(
            "It holds a character that no text may have: a zero byte, or one that turns the direction of writing.")
    if isinstance(value, dict):
        value = [*value, *value.values()]
    return next(filter(None, map(_wrong, value)), "") if isinstance(value, list) else ""
