"""Rich text: HTML as people paste or mail it, reduced to what is safe and plain enough to read."""

import html
import re

import nh3

TAGS = {
    "a", "b", "blockquote", "br", "code", "div", "em", "h3", "h4", "h5", "hr", "i", "li", "ol", "p", "pre", "s", "span",
    "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
}
ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
SCHEMES = {"http", "https", "mailto", "tel"}
# Far more than anybody types or any log that helps; what is longer is a file.
MAX_TEXT = 1_000_000
# Text with none of the tags that editors and mail programs write is plain text: "a < b" stays as it was typed.
_WRITTEN = {*TAGS, "html", "body", "script", "style", "img", "iframe", "svg", "font", "h1", "h2", "form", "input",
            "object", "link", "meta"}
_TAG = re.compile(r"<[^>]*>")
_HTML = re.compile(rf"</?(?:{'|'.join(sorted(_WRITTEN))})(?:\s[^<>]*)?/?>", re.IGNORECASE)


def is_html(text: str) -> bool:
    """Say whether a text is HTML rather than what somebody typed plainly."""
    return _HTML.search(text) is not None


def as_typed(text: str) -> str:
    """Return what was typed into a plain field so that it reads as it was typed: a tag in it is no formatting."""
    if not is_html(text):
        return text
    return f"<p>{html.escape(text, quote=False)}</p>".replace("\r\n", "\n").replace("\n", "<br>")


def to_type(text: str | None) -> str | None:
    """Return what a plain field shows of a text: as it was typed, where it is one plain paragraph; else the text."""
    if not text or not text.startswith("<p>") or not text.endswith("</p>"):
        return text
    typed = html.unescape(text[3:-4].replace("<br>", "\n"))
    return typed if not is_html(typed) or as_typed(typed) == text else text


def is_formatted(text: str | None) -> bool:
    """Say whether a text holds formatting of an editor or a mail program, which a plain field shows as HTML."""
    return bool(text) and is_html(str(text)) and to_type(text) == text


def sanitised(text: str | None) -> str | None:
    """Return the text without anything that could act on its reader: scripts, styles, pictures, odd links."""
    if not text or not is_html(text):
        return text
    cleaned = nh3.clean(text, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES,
                        clean_content_tags={"script", "style"}, link_rel="noopener noreferrer nofollow")
    # Paragraphs without a word are nothing: what must be filled is not.
    return cleaned.strip() if html.unescape(_TAG.sub("", cleaned)).strip() else None


def in_words(text: str) -> str:
    """Return a text on one line, without its formatting."""
    plain = html.unescape(nh3.clean(text.replace("<", " <"), tags=set())) if is_html(text) else text
    return " ".join(plain.split())
