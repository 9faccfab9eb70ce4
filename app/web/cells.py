"""How a value looks: badges for states and coloured choices, times in the reader's zone, ticks, lists."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from markupsafe import Markup, escape

from app.records.picklists import PicklistValue
from app.sdk.i18n import LazyString, _, bilingual
from app.web.choices import CodeText
from app.web.icons import icon
from app.web.labels import text_of
from app.web.moments import moment

MANY = 6
COLOURS = frozenset({"blue", "azure", "indigo", "purple", "pink", "red", "orange", "yellow", "lime", "green", "teal",
                     "cyan", "secondary"})
# Words of Bootstrap that a life cycle may use for a colour.
_MEANINGS = {"primary": "blue", "success": "green", "warning": "yellow", "danger": "red", "info": "azure",
             "dark": "secondary", "light": "secondary", "muted": "secondary", "grey": "secondary", "gray": "secondary"}


def colour(name: str | None) -> str:
    """Return the name of a colour that the style sheet knows."""
    known = _MEANINGS.get(name or "", name or "")
    return known if known in COLOURS else "secondary"


def badge(text: Any, tone: str | None = None) -> Markup:
    """Return a coloured label with a dot; its meaning is in the words, never in the colour alone."""
    return Markup(f'<span class="chip chip-{colour(tone)}">{escape(text)}</span>')  # noqa: S704 - written so for speed


def dotted(text: Any, tone: str | None) -> Markup:
    """Return a text with a coloured dot before it: for choices that matter less than state and priority."""
    return Markup(f'<span class="chip dotted chip-{colour(tone)}">{escape(text)}</span>')  # noqa: S704 - as above


def state_badge(workflow: Any, code: Any) -> Markup:
    """Return a record's state as its life cycle names and colours it."""
    if workflow is None:
        return badge(code)
    try:
        state = workflow.state(str(code))
    except KeyError:
        return badge(code)
    return badge(state.label, state.colour)


def cell(value: Any, style: str = "short", name: str = "") -> Markup | str:
    """Return any value of a record, ready for a page; `name` is its column, where that matters for the look."""
    if value is None or value == "":
        return ""
    if isinstance(value, Markup):
        return value
    if isinstance(value, bool):
        return _tick(value, style)
    if isinstance(value, CodeText | PicklistValue):
        return _choice(value, name) if value.colour else text_of(value)
    if isinstance(value, str | LazyString):
        return str(value)
    if isinstance(value, datetime | date):
        return moment(value, style)
    if isinstance(value, Mapping):
        return bilingual(value)
    if isinstance(value, Iterable):
        return _several(list(value))
    return text_of(value)


def _choice(value: Any, name: str) -> Markup:
    return (badge if name in ("state", "priority") else dotted)(text_of(value), value.colour)


def _tick(value: bool, style: str) -> Markup:
    if value:
        hidden = Markup('<span class="visually-hidden">{}</span>').format(_("Yes"))
        return Markup('<span class="tick">{}{}</span>').format(icon("check"), hidden)
    # A list of many "No" is hard to read.
    kind = "text-secondary" if style == "full" else "visually-hidden said-no"
    return Markup('<span class="{}">{}</span>').format(kind, _("No"))


def _several(values: list[Any]) -> Markup:
    shown = [Markup('<span class="tag-plain">{}</span>').format(text_of(one)) for one in values[:MANY]]
    if len(values) > MANY:
        more = _("and %(number)s more", number=len(values) - MANY)
        shown.append(Markup('<span class="text-secondary">{}</span>').format(more))
    return Markup('<span class="tag-row">{}</span>').format(Markup("").join(shown))


def initials(name: Any) -> str:
    """Return one or two letters for somebody's picture: the last two characters of a Chinese name."""
    text = str(name or "").strip()
    if not text:
        return "?"
    if any("\u4e00" <= letter <= "\u9fff" for letter in text):
        return text[-2:]
    words = text.replace("_", " ").replace(".", " ").split()
    return "".join(word[0] for word in (words[0], words[-1] if len(words) > 1 else "") if word).upper()


def avatar(name: Any, size: str = "") -> Markup:
    """Return somebody's picture: the initials on a colour that is always the same for the name."""
    tone = sum(map(ord, str(name or ""))) % 8
    return Markup('<span class="face face-{} {}" aria-hidden="true">{}</span>').format(tone, size, initials(name))


def paragraphs(text: Any) -> Markup:
    """Return what somebody typed, with its line breaks and its web addresses as links."""
    from app.web.links import linked

    return Markup('<div class="typed-text">{}</div>').format(linked(escape(text or "")))
