"""Flask-AppBuilder's builder, started from a registry: no menu calls, no writes, no Bootstrap 3 files.

The original's `init_app` is not called: it would read entry points, write permissions and serve its own static
files. The steps here are its steps; a contract test compares them when the pinned version moves.
"""

from typing import Any, ClassVar

from flask import Flask
from flask_appbuilder import AppBuilder
from flask_appbuilder.filters import TemplateFilters
from flask_babel import get_locale

from app.addon_system.registry import Registry
from app.db import db
from app.security import reader
from app.security.language_view import LanguageView
from app.web.extensions import extend
from app.web.menu import DeskMenu, WrongEntry
from app.web.pages import HomeView
from app.web.quick_words import init_words


class LanguageManager:
    """What templates ask of Flask-AppBuilder's Babel manager."""

    locale_view: Any = None

    def __init__(self, languages: dict[str, Any]) -> None:
        self.languages = languages

    @staticmethod
    def get_locale() -> str:
        """Return the reader's language."""
        return str(get_locale().language)


class DeskBuilder(AppBuilder):  # type: ignore[misc]
    """Registers what the loaded units declare."""

    menu: DeskMenu
    instances: ClassVar[dict[type[Any], Any]]

    def start(self, app: Flask, registry: Registry) -> None:
        """Put everything together. Raises AddonFault for an addon whose pages do not fit, else ValueError.

        The application is then good for nothing: a part of them is in it.
        """
        self._init_extension(app)
        self._session = db.session
        self.update_perms = False
        self.indexview = HomeView
        self.menu = DeskMenu()
        self.instances = {}
        self._addon_managers = []
        reader.init_babel(app)
        init_words(app)
        self.sm = self.security_manager_class(self)
        self.bm = LanguageManager(app.config["LANGUAGES"])  # type: ignore[assignment]
        self.template_filters = TemplateFilters(app, self.sm)
        app.before_request(self.sm.before_request)
        self._indexview = self._register(HomeView)
        self.bm.locale_view = self._register(LanguageView)
        self.sm.register_views()
        self._put_pages(registry)

    def _put_pages(self, registry: Registry) -> None:
        pages: dict[type[Any], type[Any]] = {page: page for page in (*registry.views, *registry.apis)}
        extensions: dict[type[Any], list[Any]] = {}
        for extension in registry.extensions:
            with registry.blamed(("extensions",), extension):
                extensions.setdefault(extend(pages, extension), []).insert(0, extension)
        for declared, view in pages.items():
            # Of a page that does not fit its extensions are blamed first, the last one before the others.
            own, added = registry.blamed(("views", "apis"), declared), extensions.get(declared, ())
            with own, registry.blamed(("extensions",), *added):
                self._register(view)
        try:
            self.menu.install(registry.menu, {declared: self.instances[view] for declared, view in pages.items()})
        except WrongEntry as wrong:
            with registry.blamed(("menu",), wrong.item):
                raise

    def _register(self, view: type[Any]) -> Any:
        self._refuse_duplicates(view)
        made = self.add_view_no_menu(view)
        self.instances[view] = made
        return made

    def _refuse_duplicates(self, view: type[Any]) -> None:
        # Flask-AppBuilder names a blueprint after the class, and would silently leave a second one out.
        route = getattr(view, "route_base", None)
        for other in self.instances:
            if other.__name__ == view.__name__:
                raise ValueError(f"two views are called {view.__name__}: {other.__module__} and {view.__module__}")
            if route and route == getattr(other, "route_base", None):
                raise ValueError(f"two views have the route {route}: {other.__name__} and {view.__name__}")
