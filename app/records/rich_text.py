"""Rich text: HTML as people paste or mail it, reduced to what is safe and plain enough to read."""

import re

import nh3

TAGS = {
    "a", "b", "blockquote", "br", "code", "div", "em", "h3", "h4", "h5", "hr", "i", "li", "ol", "p", "pre", "s", "span",
    "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
}
ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
SCHEMES = {"http", "https", "mailto", "tel"}
# Text with none of the tags that editors and mail programs write is plain text: "a < b" stays as it was typed.
_WRITTEN = {*TAGS, "html", "body", "script", "style", "img", "iframe", "svg", "font", "h1", "h2", "form", "input",
            "object", "link", "meta"}
_HTML = re.compile(rf"</?(?:{'|'.join(sorted(_WRITTEN))})(?:\s[^<>]*)?/?>", re.IGNORECASE)


def is_html(text: str) -> bool:
    """Say whether a text is HTML rather than what somebody typed plainly."""
    return _HTML.search(text) is not None


def sanitised(text: str | None) -> str | None:
    """Return the text without anything that could act on its reader: scripts, styles, pictures, odd links."""
    if not text or not is_html(text):
        return text
    cleaned = nh3.clean(text, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES,
                        clean_content_tags={"script", "style"}, link_rel="noopener noreferrer nofollow")
    return cleaned.strip() or None
