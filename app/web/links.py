"""Web addresses in text that people typed, as links."""

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
