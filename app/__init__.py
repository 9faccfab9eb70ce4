"""The only place where the application is put together."""

import gc
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.middleware.proxy_fix import ProxyFix

import config

if TYPE_CHECKING:
    from app.addon_system.registry import Registry

__version__ = "0.1.0"
ROOT = Path(__file__).resolve().parent
# Loading the desk makes half a million objects that stay. With Python's own thresholds (700, 10, 10) the collector
# walks over them again and again: a quarter of the time of a start, and of nothing found.
_COLLECT_AFTER = (50_000, 20, 100)


def create_app(settings: Mapping[str, Any] | None = None, *, load_addons: bool = True) -> Flask:
    """Return the application with the addon set that the database enables.

    `settings` override the environment. Without addons only the database is bound: what migrations and the command
    line need before there are tables.
    """
    gc.set_threshold(*_COLLECT_AFTER)
    app = _bare(settings)
    if not load_addons:
        from app.security.reader import init_babel

        init_babel(app)
        return app
    from app.addon_system.registry import AddonFault

    without: dict[str, str] = {}
    while True:
        try:
            with app.app_context():
                _assemble(app, without)
            return app
        except AddonFault as fault:
            # A part of its pages is in the application already: another one is made, without that addon.
            without[fault.addon] = "".join(traceback.format_exception(fault.__cause__))
            app = _bare(settings)


def _bare(settings: Mapping[str, Any] | None) -> Flask:
    from app import db as database
    from app.log import configure
    from app.web.request import DeskFlask

    app = DeskFlask("app", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.from_mapping({**config.load(), **(settings or {})})
    Path(app.config["DATA_DIR"]).mkdir(parents=True, exist_ok=True, mode=0o700)
    configure(app.config["LOG_LEVEL"], as_json=app.config["LOG_FORMAT"] == "json")
    database.init_app(app)
    if app.config["TRUSTED_PROXIES"]:
        # Only as many hops as the installation says: further to the left a visitor may have written what they like.
        hops = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _assemble(app: Flask, without: Mapping[str, str]) -> None:
    from app import jobs, seeing
    from app.addon_system import loader
    from app.platform import PLATFORM
    from app.security import init_security
    from app.serve import health
    from app.web import protection, request, theme
    from app.web.desk_builder import DeskBuilder

    registry = loader.load_enabled(app, PLATFORM, without)
    _templates_and_words(app, registry)
    jobs.init_app(app)
    builder = DeskBuilder()
    init_security(app, builder)
    request.init_app(app)
    theme.init_theme(app)
    builder.start(app, registry)
    protection.init_app(app, registry)
    health.init_app(app)
    seeing.init_app(app)


def _templates_and_words(app: Flask, registry: "Registry") -> None:
    from app.addon_system import catalogues

    folders = [ROOT / "templates", *registry.template_folders]
    app.jinja_loader = ChoiceLoader([FileSystemLoader([str(folder) for folder in folders])])
    catalogues.use(app, registry)
