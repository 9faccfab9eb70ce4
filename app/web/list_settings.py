"""How a reader has arranged one list: its columns and their order, how close rows stand, what it opens with."""

from typing import Any

from app.security.preferences import prefer, preference

COMFORTABLE, COMPACT = "comfortable", "compact"


def page_key(view: Any) -> str:
    """Return the name of a list, by which its arrangement and its kept filters are found."""
    return str(view.route_base).strip("/")


def setting(view: Any, name: str, default: Any = None) -> Any:
    """Return what the reader has chosen for a list; with all other choices it costs one statement a request."""
    kept = preference(f"list:{page_key(view)}")
    return kept.get(name, default) if isinstance(kept, dict) else default


def arrange(view: Any, **changes: Any) -> None:
    """Keep choices of the reader for a list; None forgets one."""
    key = f"list:{page_key(view)}"
    kept = preference(key)
    wanted = {**(kept if isinstance(kept, dict) else {}), **changes}
    prefer(key, {name: value for name, value in wanted.items() if value is not None} or None)
