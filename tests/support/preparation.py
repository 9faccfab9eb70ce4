"""How a database of the tests is prepared: as an installation prepares it."""

import importlib
import importlib.util
import os
from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_babel import Babel

from app import create_app
from app.db import db, unit_of_work
from app.sdk.actor import SYSTEM, acting_as

ADDONS = ("ticket", "incident")


def _there(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


BOOTS = bool(os.environ.get("DESK_BOOT"))


def make_app(settings: Mapping[str, Any]) -> Flask:
    """Return the application with the enabled addons."""
    app = create_app(settings, load_addons=BOOTS)
    if not BOOTS:
        Babel(app)
    return app


def prepare(settings: Mapping[str, Any]) -> Flask:
    """Prepare the database of these settings; return the application that did it."""
    app = create_app(settings, load_addons=False)
    with app.app_context():
        if BOOTS:
            importlib.import_module("app.addon_system.install").prepare_database(app)
        else:
            _plain_tables()
    return app


def _plain_tables() -> None:
    from app import platform
    from app.addon_system import data, graph, loader, manifest

    for name in (*platform.MODELS, *platform.SERVICES):
        if _there(name):
            importlib.import_module(name)
    manifests, _ = manifest.discover([loader.BUNDLED])
    ordered, _ = graph.order({name: manifests[name] for name in ADDONS})
    for part in ("models", "rights", "workflow", "services"):
        for addon in ordered:
            loader.part(addon, part)
    db.create_all()
    with unit_of_work(write=True) as session, acting_as(SYSTEM):
        for addon in ordered:
            for name in addon.data:
                if "roles" not in name:
                    data.load_file(session, addon, addon.folder / name)
