"""What somebody wrote into a record, ready for a page: safe, with the record's pictures and linked colleagues."""

import re
from typing import Any

from markupsafe import Markup, escape

from app.organisation.colleagues import PICTURE
from app.organisation.permissions import PERSON_READ
from app.sdk.actor import current_actor
from app.web.rich import rich

PEOPLE = "/organisation/people/show/"
_TAG = re.compile(r"(<[^>]*>)")


def said(entry: Any, base: str) -> Markup:
    """Return the text of a timeline entry; `base` is what the addresses of its record begin with."""
    names = (entry.data or {}).get("mentions") or {}
    shown = rich(entry.body)
    if "attachment:" not in shown and not names:
        return shown
    found, depth = [], 0
    for part in _TAG.split(str(shown)):
        if part.startswith("<"):
            # Nothing is put into a link: its text says where it leads.
            depth += {"<a": 1, "</": -1 if part.startswith("</a") else 0}.get(part[:2], 0)
            found.append(part)
        else:
            found.append(part if depth > 0 else _people(_pictures(part, base), names))
    return Markup("".join(found))  # noqa: S704 - safe already, and what is put in is escaped


def _pictures(text: str, base: str) -> str:
    def picture(found: re.Match[str]) -> str:
        url = f"{escape(base)}/attachments/{int(found[2])}/picture"
        # The name was escaped with the text around it.
        return (f'<a class="said-picture" href="{url}" target="_blank" rel="noopener">'
                f'<img src="{url}" alt="{found[1].replace(chr(34), "&quot;")}" loading="lazy"></a>')

    return PICTURE.sub(picture, text)


def _people(text: str, names: dict[str, str]) -> str:
    if not names or "@" not in text:
        return text
    # The longest first: of "@Li Na" and "@Li" the text means the one that it spells out.
    known = {str(escape(name)): key for key, name in sorted(names.items(), key=lambda one: -len(one[1]))}
    is_linked = current_actor().can(PERSON_READ)

    def person(found: re.Match[str]) -> str:
        key = known[found[1]]
        if is_linked and key.isdecimal():
            return f'<a class="mention" href="{PEOPLE}{key}">@{found[1]}</a>'
        return f'<span class="mention">@{found[1]}</span>'

    pattern = "|".join(re.escape(name) for name in known)
    # Not in what a picture brought in: those are tags already.
    return "".join(part if part.startswith("<") else re.sub(f"@({pattern})", person, part)
                   for part in _TAG.split(text))
