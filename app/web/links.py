"""Addresses as links: of the web, in text that people typed; of people, to be called or written to."""

import re

from markupsafe import Markup

# The text is escaped already: a quote or a bracket ends an address also where it is written as an entity.
_ADDRESS = re.compile(r"https?://(?:(?!&(?:lt|gt|quot|#3[49]);)[^\s<>\"'，。；、（）()])+")
_NOT_ITS_END = ".,;:!?"


def linked(escaped: Markup) -> Markup:
    """Return the text, escaped already, with its addresses as links that tell their target nothing of us."""
    return Markup(_ADDRESS.sub(_link, str(escaped)))  # noqa: S704 - escaped, and an address holds no quote


def _link(found: re.Match[str]) -> str:
    address = found[0].rstrip(_NOT_ITS_END)
    rest = found[0][len(address):]
    return f'<a href="{address}" rel="noopener noreferrer nofollow" target="_blank">{address}</a>{rest}'


def dialled(number: str | None) -> str:
    """Return a phone number as a phone dials it: its digits, with the sign of the country's code."""
    return re.sub(r"[^\d+]", "", number or "")


def address_of(kind: str, value: str) -> str:
    """Return what a click on one of somebody's numbers or addresses opens; empty for messengers."""
    if kind == "email":
        return f"mailto:{value}"
    return f"tel:{dialled(value)}" if kind in ("phone", "mobile") else ""
