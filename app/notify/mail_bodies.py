"""From a filled text to what a mail holds: plain text, and HTML in which every value is escaped.

Formatted values (a reply, a solution) stand in the text as marks until the end, so that the plain part gets their words
and the HTML part their formatting, sanitised when they were written and once more here.
"""

import re
from collections.abc import Mapping

from markupsafe import Markup, escape

from app.notify.plain import plain_text
from app.records.rich_text import is_html, sanitised

_OPEN, _END = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}(\\d+){_END}")
_ADDRESS = re.compile(r"https?://(?:(?!&(?:lt|gt|quot|#3[49]);)[^\s<>\"'，。；、（）()])+")


class Marks:
    """The formatted values of one mail."""

    def __init__(self) -> None:
        self.values: list[str] = []

    def put(self, value: str) -> str:
        """Return the mark that stands for a formatted value; nothing for nothing."""
        if not value:
            return ""
        self.values.append(without_marks(sanitised(value) or ""))
        return f"{_OPEN}{len(self.values) - 1}{_END}"

    def put_all(self, values: Mapping[str, str]) -> dict[str, str]:
        """Return marks for values."""
        return {name: self.put(value) for name, value in values.items()}

    def text(self, filled: str) -> str:
        """Return the plain part."""
        return _MARK.sub(lambda found: plain_text(self.values[int(found[1])]), filled).strip()

    def html(self, filled: str) -> Markup:
        """Return the HTML part: a paragraph for each, what is formatted as it is."""
        parts = [part.strip("\n") for part in re.split(r"\n\s*\n", filled.strip())]
        return Markup("\n").join(self._paragraph(part) for part in parts if part)

    def _paragraph(self, text: str) -> Markup:
        whole = _MARK.fullmatch(text.strip())
        if whole is not None:
            return Markup('<div style="margin:0 0 16px;padding:12px 16px;border-left:3px solid #c3d0f5;'
                          'background:#f6f8fc;border-radius:4px">{}</div>').format(self._formatted(int(whole[1])))
        html = _lines(str(escape(text)))
        html = _MARK.sub(lambda found: str(self._formatted(int(found[1]))), html)
        return Markup('<p style="margin:0 0 16px">{}</p>').format(Markup(html))  # noqa: S704 - escaped above

    def _formatted(self, number: int) -> Markup:
        value = self.values[number]
        if not is_html(value):
            return Markup(_lines(str(escape(value))))  # noqa: S704 - escaped
        return Markup(value)  # noqa: S704 - sanitised when it was put here


def without_marks(value: str) -> str:
    """Return a value that cannot be taken for a mark."""
    return value.replace(_OPEN, "").replace(_END, "")


def one_line(text: str) -> str:
    """Return a text as a subject can hold it."""
    return " ".join(_MARK.sub("", text).split())[:250]


def _lines(escaped: str) -> str:
    linked = _ADDRESS.sub(lambda found: f'<a href="{found[0]}" style="color:#2747b8">{found[0]}</a>', escaped)
    return linked.replace("\r\n", "\n").replace("\n", "<br>\n")
