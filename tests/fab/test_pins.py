"""What ours stands on in Flask-AppBuilder: a new version changes one of these, and somebody looks before it lands."""

import hashlib
import inspect
import re
from importlib.metadata import version
from pathlib import Path

import pytest
from flask_appbuilder import AppBuilder
from flask_appbuilder.api import BaseApi, ModelRestApi
from flask_appbuilder.api.convert import Model2SchemaConverter
from flask_appbuilder.baseviews import BaseCRUDView, BaseView
from flask_appbuilder.forms import GeneralModelConverter
from flask_appbuilder.menu import Menu
from flask_appbuilder.models.filters import Filters
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_appbuilder.security.decorators import has_access, protect
from flask_appbuilder.security.sqla.manager import SecurityManager

ROOT = Path(__file__).resolve().parents[2]
# Our subclass repeats, replaces or leaves out the steps of these, so their text is pinned. After an upgrade: read what
# changed, carry it over, then put the new sum here.
SOURCES = {
    AppBuilder.init_app: "35b5bb3d0c67f4a2",
    AppBuilder.add_view_no_menu: "68365232d4ceaaa8",
    BaseCRUDView._init_properties: "4bdd672231ced1d5",
    BaseCRUDView._init_forms: "2073f5423803e18b",
    BaseCRUDView._get_list_widget: "b8bd9f3ee791aece",
    Filters.get_joined_filters: "2a30e9e0c0c0164b",
    Filters.copy: "91ade3125e4a43ac",
    GeneralModelConverter.create_form: "5373541db765d036",
    GeneralModelConverter._convert_col: "faea54e1b2a363c4",
    Menu.get_data: "28ae5bba66f9f5b9",
    ModelRestApi._init_properties: "68617c46d7df8761",
    Model2SchemaConverter.convert: "b8e43e408cd8e7de",
    SQLAInterface.query: "47d8b1bfa8b7d542",
    SQLAInterface.get: "22ae3ffef6d52c71",
    SecurityManager.has_access: "47d07058e3490d53",
    has_access: "c943cdc958efbba4",
    protect: "baa60159d7c20740",
}
# Methods of ours that stand in for an original of the same name: gone there, ours would be called by nobody.
OVERRIDDEN = {
    "app.web.interface.Interface": SQLAInterface,
    "app.web.filters.DeskFilters": Filters,
    "app.web.menu.DeskMenu": Menu,
    "app.security.manager.DeskSecurityManager": SecurityManager,
}
OF_OURS = {
    "app.web.interface.Interface": {
        "count_capped", "count_up_to", "page", "after", "by_ids", "options", "to_one", "loads", "fk_name", "is_hidden",
        "is_sortable", "is_indexed", "is_ranked", "order_attribute",
    },
    "app.web.filters.DeskFilters": {"fresh", "only", "ask"},
    "app.web.menu.DeskMenu": {"install"},
    "app.security.manager.DeskSecurityManager": set(),
}


def sum_of(function):
    return hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:16]


@pytest.mark.parametrize("function", SOURCES, ids=lambda function: function.__qualname__)
def test_the_original_is_the_one_that_was_read(function):
    assert sum_of(function) == SOURCES[function], "read what changed in the original, then renew the sum"


@pytest.mark.parametrize("name", ["Flask-AppBuilder", "marshmallow", "gunicorn", "SQLAlchemy", "Flask-Babel"])
def test_is_pinned_exactly_and_installed(name):
    wanted = re.search(rf'"{name}==([^"]+)"', (ROOT / "pyproject.toml").read_text())
    assert wanted is not None
    assert version(name) == wanted[1]


@pytest.mark.parametrize("path", OVERRIDDEN)
def test_every_method_that_stands_in_for_one_still_has_its_original(path):
    module, name = path.rsplit(".", 1)
    ours = getattr(__import__(module, fromlist=[name]), name)
    public = {key for key, value in vars(ours).items() if callable(value) and not key.startswith("_")}
    original = {key for cls in OVERRIDDEN[path].__mro__ for key in vars(cls)}
    assert public - original - OF_OURS[path] == set()


def test_views_are_made_as_ours_expect():
    assert {"create_blueprint", "get_method_permission"} <= {key for cls in BaseView.__mro__ for key in vars(cls)}
    assert {"response", "response_422"} <= {key for cls in BaseApi.__mro__ for key in vars(cls)}
