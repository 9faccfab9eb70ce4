"""Two texts in one: what is gone struck through, what is new marked; word by word, Chinese by character."""

import difflib
import re

from markupsafe import Markup, escape

_PARTS = re.compile(r"[A-Za-z0-9_]+|\s+|.", re.DOTALL)
# Comparing takes time that grows with the square of the length: beyond this a text is compared by lines.
_WORDS = 3000


def text_diff(old: str, new: str) -> Markup:
    """Return `new` with what changed since `old` in <del> and <ins>."""
    before, after = _PARTS.findall(old), _PARTS.findall(new)
    if max(len(before), len(after)) > _WORDS:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    found = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = "".join(before[a:b]), "".join(after[c:d])
        if what == "equal":
            found.append(escape(come))
            continue
        found += [Markup("<{0}>{1}</{0}>").format(tag, text) for tag, text in (("del", gone), ("ins", come)) if text]
    return Markup("").join(found)
