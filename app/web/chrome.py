"""What surrounds every page: the menu with its present entry, what may be created, languages, the reader."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import current_app, g, request
from flask_login import current_user

from app.sdk.actor import current_actor
from app.sdk.i18n import language


@dataclass(slots=True)
class Entry:
    """A place of the menu, or a heading over some."""

    key: str
    label: str
    icon: str
    url: str = ""
    is_current: bool = False
    entries: list["Entry"] = field(default_factory=list)


def builder() -> Any:
    """Return Flask-AppBuilder's builder, or None before it is there."""
    return current_app.extensions.get("appbuilder")


def is_known() -> bool:
    """Say whether the reader is logged in."""
    return bool(current_user and current_user.is_authenticated)


def reader_name() -> str:
    """Return the reader's name."""
    return current_user.get_full_name().strip() or current_user.username if is_known() else ""


def navigation() -> list[Entry]:
    """Return the menu as far as the reader may see it; the entry of the present page is marked."""
    if "desk_navigation" not in g:
        g.desk_navigation = _navigation()
    return g.desk_navigation  # type: ignore[no-any-return]


def crumbs() -> list[tuple[str, str]]:
    """Return (label, address) of where the page stands in the menu; its own list is no link on itself."""
    for section in navigation():
        for entry in section.entries:
            if entry.is_current:
                is_itself = entry.url.split("?", 1)[0].rstrip("/") == request.path.rstrip("/")
                return [(section.label, ""), (entry.label, "" if is_itself else entry.url)]
    return []


def _navigation() -> list[Entry]:
    desk = builder()
    if desk is None or not is_known():
        return []
    sections = [_entry(data) for data in desk.menu.get_data() if data != "-"]
    every = [entry for section in sections for entry in (section, *section.entries) if entry.url]
    # A page that the menu does not lead to stands where its parent does.
    for here in (request.path, g.get("desk_place") or _parent_place(desk)) if request else ():
        best = max(every, key=lambda entry, here=here: _closeness(entry.url, here), default=None)
        if best is not None and _closeness(best.url, here):
            best.is_current = True
            break
    for section in sections:
        section.is_current = section.is_current or any(entry.is_current for entry in section.entries)
    return sections


def stand_at(path: str) -> None:
    """Let this page stand in the menu where that path does; before anything is rendered."""
    g.desk_place = path


def _parent_place(desk: Any) -> str:
    parents = {one.route_base: getattr(one, "parent_route", "") for one in desk.baseviews}
    here = next((one.route_base for one in desk.baseviews if one.endpoint == request.blueprint), None)
    while parents.get(here):
        here = parents[here]
    return f"{here}/show/" if here else ""


def _entry(data: dict[str, Any]) -> Entry:
    under = [_entry(one) for one in data.get("childs", ()) if one != "-"]
    return Entry(data["name"], data["label"], data["icon"], data.get("url", ""), entries=under)


def _closeness(url: str, here: str) -> int:
    # "/incident/incidents/list/" is the entry of "/incident/incidents/show/5".
    base = url.split("?", 1)[0]
    if base.rstrip("/") == here.rstrip("/"):
        return 1000
    base = base.removesuffix("list/")
    return len(base) if len(base) > 1 and here.startswith(base) else 0


def creations(on_home: bool = False, everywhere: bool = False) -> list[tuple[str, str]]:
    """Return (label, address) of what the reader may create from anywhere: records with a life cycle.

    A page that has its own button leaves it out of the top bar, unless all are asked for.
    """
    desk, actor = builder(), current_actor()
    if desk is None or not is_known():
        return []
    found = []
    for view in desk.baseviews:
        is_list = getattr(view, "workflow", None) is not None and hasattr(view, "list_template")
        if not is_list or "add" in (view.exclude_route_methods or ()):
            continue
        own_button = {f"{view.route_base}/list/", f"{view.route_base}/add"} | (set() if on_home else {"/"})
        if actor.can(f"{view.class_permission_name}.write") and (everywhere or request.path not in own_button):
            found.append((str(view.add_title), f"{view.route_base}/add"))
    return found


# Under which a user keeps the key of the place that they begin at.
START = "start"
# And the zone of a browser that they did not want to take over.
ZONE_KEPT = "zone.kept"


def start_places() -> list[tuple[str, str, str]]:
    """Return (key, label, address) of the places in the menu, as far as the reader may open them."""
    return [(place.key, place.label, place.url) for section in navigation() for place in (section, *section.entries)
            if place.url]


def first_creation() -> tuple[str, str]:
    """Return (label, address) of what the key C creates; empty where the reader may create nothing."""
    return next(iter(creations(everywhere=True)), ("", ""))


def jumps() -> list[tuple[str, str, str]]:
    """Return (letter, label, address) of the places that G and a letter lead to."""
    desk = builder()
    if desk is None:
        return []
    places = [entry for section in navigation() for entry in (section, *section.entries) if entry.url]
    letters = desk.menu.letters
    return [(letters[place.key], place.label, place.url) for place in places if place.key in letters]


def languages() -> list[tuple[str, str, bool]]:
    """Return (name, address, is it the present one) of each language; the address comes back to this page."""
    known = current_app.config.get("LANGUAGES", {})
    # A form that was refused stands at the address it was sent to, which most often shows the form as well.
    adapter = current_app.create_url_adapter(request) if request else None
    back = request.full_path.rstrip("?") if adapter is not None and adapter.test(method="GET") else "/"
    return [(kind["name"], f"/lang/{code}?{urlencode({'next': back})}", code == language())
            for code, kind in known.items()]


def theme_choice() -> str:
    """Return light or dark where the reader has chosen, else nothing: then the device decides."""
    chosen = request.cookies.get("theme", "") if request else ""
    return chosen if chosen in ("light", "dark") else ""


def is_fragment() -> bool:
    """Say whether only a part of a page is asked for, to be put into the one that is open."""
    return bool(request) and request.headers.get("HX-Request") == "true"
