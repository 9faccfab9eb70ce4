"""How rich text is shown: sanitised once more, for what lies in the database may be older than the rule."""

from typing import Any

from markupsafe import Markup, escape

from app.records.rich_text import in_words, is_html, sanitised
from app.web.cells import paragraphs

# More than two lines of a list ever hold.
EXCERPT = 240


def rich(value: Any) -> Markup:
    """Return a text of a record ready for a page: HTML sanitised, plain text with its line breaks."""
    text = str(value or "")
    if not is_html(text):
        return paragraphs(text)
    return Markup('<div class="typed-text">{}</div>').format(Markup(sanitised(text) or ""))  # noqa: S704 - sanitised


def excerpt(value: Any) -> Markup:
    """Return the beginning of a text for a cell of a list, where it has no more than two lines."""
    words = in_words(str(value or ""))
    return Markup('<div class="excerpt">{}</div>').format(escape(words[:EXCERPT])) if words else Markup("")
