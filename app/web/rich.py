"""How rich text is shown: sanitised once more, for what lies in the database may be older than the rule."""

from typing import Any

from markupsafe import Markup

from app.records.rich_text import is_html, sanitised
from app.web.cells import paragraphs


def rich(value: Any) -> Markup:
    """Return a text of a record ready for a page: HTML sanitised, plain text with its line breaks."""
    text = str(value or "")
    if not is_html(text):
        return paragraphs(text)
    return Markup('<div class="typed-text">{}</div>').format(Markup(sanitised(text) or ""))  # noqa: S704 - sanitised
