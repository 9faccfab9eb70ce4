"""Icons: symbols of one sprite, by Tabler's names. Flask-AppBuilder's own names are translated."""

import re
from functools import cache, lru_cache

from flask import g
from markupsafe import Markup

from app.web.static_files import ROOT, static_url

FALLBACK = "point"
# What Flask-AppBuilder's views name, in Font Awesome's words.
_FONT_AWESOME = {
    "user": "user", "user-gear": "shield-lock", "group": "users-group", "cogs": "shield", "lock": "key",
    "list-alt": "list", "link": "link", "bar-chart-o": "chart-bar", "bar-chart": "chart-bar", "edit": "pencil",
    "copy": "copy", "trash": "trash", "user-plus": "user-plus", "envelope": "mail", "globe": "world",
    "folder-open-o": "folder", "cube": "box", "rocket": "rocket", "file": "file", "cog": "settings",
}


@cache
def names() -> frozenset[str]:
    """Return the names that the sprite knows."""
    return frozenset(re.findall(r'<symbol id="([a-z0-9-]+)"', (ROOT / "icons.svg").read_text()))


def known_name(name: str | None) -> str:
    """Return the sprite's name for a declared one; a point where there is none."""
    plain = (name or "").removeprefix("ti-").split()[-1:] or [""]
    wanted = _FONT_AWESOME.get(plain[0].removeprefix("fa-"), plain[0]) if plain[0].startswith("fa-") else plain[0]
    return wanted if wanted in names() else FALLBACK


def icon(name: str | None, size: str = "") -> Markup:
    """Return an icon. It says nothing to screen readers; the text beside it or the button's label does."""
    if "icon_sprite" not in g:
        g.icon_sprite = static_url("icons.svg")
    return _drawn(name, size, g.icon_sprite)


@lru_cache(maxsize=2048)
def _drawn(name: str | None, size: str, sprite: str) -> Markup:
    # A list of 25 rows has two hundred icons, nearly all the same.
    kind = f"icon icon-{size}" if size else "icon"
    return Markup('<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>').format(
        kind, sprite, known_name(name))
