"""The menu: entries under stable keys, each with its right, in the reader's language, without a query an entry."""

from collections.abc import Iterable
from typing import Any

from flask_appbuilder.menu import Menu
from flask_appbuilder.menu import MenuItem as Entry

from app.sdk.actor import Actor, current_actor
from app.sdk.menu import MenuItem


class WrongEntry(ValueError):
    """An entry that does not fit into the menu."""

    def __init__(self, item: MenuItem, why: str) -> None:
        super().__init__(why)
        self.item = item


class DeskMenu(Menu):  # type: ignore[misc]
    """Flask-AppBuilder's menu, filled from declarations and filtered by the actor's set of rights."""

    def __init__(self) -> None:
        super().__init__(reverse=False)
        self.rights: dict[str, str] = {}
        self.letters: dict[str, str] = {}

    def install(self, items: Iterable[MenuItem], views: dict[type[Any], Any]) -> None:
        """Put declared entries into the tree. Raises WrongEntry on a key twice or a parent that does not exist."""
        ordered = sorted(items, key=lambda item: item.sequence)
        made = {}
        for item in ordered:
            if item.key in made or self.find(item.key) is not None:
                raise WrongEntry(item, f"menu key {item.key} is declared twice")
            view = views.get(item.view) if item.view is not None else None
            made[item.key] = Entry(item.key, item.href or "", item.icon, item.label, baseview=view)
            right = str(item.permission) if item.permission is not None else self._right_of(view)
            if right:
                self.rights[item.key] = right
            if item.letter and item.letter not in self.letters.values():
                self.letters[item.key] = item.letter
        for item in ordered:
            parent = made.get(item.parent) or self.find(item.parent) if item.parent else None
            if item.parent and parent is None:
                raise WrongEntry(item, f"menu key {item.key} has no parent {item.parent}")
            (parent.childs if parent is not None else self.menu).append(made[item.key])

    def add_link(self, name: str, href: str = "", icon: str = "", label: Any = "", category: str = "",
                 category_icon: str = "", category_label: Any = "", baseview: Any = None, cond: Any = None) -> None:
        """Add an entry as Flask-AppBuilder's own managers do; its right is that of its view."""
        super().add_link(name, href, icon, label, category, category_icon, category_label, baseview, cond)
        right = self._right_of(baseview)
        if right:
            self.rights[name] = right

    @staticmethod
    def _right_of(view: Any) -> str:
        if view is None or not getattr(view, "default_view", None) or not view.class_permission_name:
            return ""
        try:
            return f"{view.class_permission_name}.{view.get_method_permission(view.default_view)}"
        except AttributeError:  # a page without a right, such as the index
            return ""

    def get_data(self, menu: list[Entry] | None = None) -> list[Any]:
        """Return what the actor may see, as the templates and the menu API expect it."""
        return self._visible(self.menu if menu is None else menu, current_actor())

    def _visible(self, entries: list[Entry], actor: Actor) -> list[Any]:
        found: list[Any] = []
        for entry in entries:
            if not entry.should_render():
                continue
            if entry.name == "-":
                if found and found[-1] != "-":
                    found.append("-")
                continue
            right = self.rights.get(entry.name)
            if right is not None and not actor.can(right):
                continue
            data = {"name": entry.name, "icon": entry.icon, "label": str(entry.label)}
            if entry.childs:
                data["childs"] = self._visible(entry.childs, actor)
                if not data["childs"]:
                    continue
            else:
                # An entry without right and address is a heading with nothing under it.
                data["url"] = entry.get_url()
                if not data["url"]:
                    continue
            found.append(data)
        while found and found[-1] == "-":
            found.pop()
        return found
