"""FAB finds no templates of addons, leaves a second view of the same name out silently, and serves its own files."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import flask_appbuilder
import pytest
from flask import current_app
from flask_appbuilder.security.sqla.models import User

from addons.incident.models import Incident
from addons.incident.services import incident_service
from app.addon_system.registry import current_registry
from app.sdk.i18n import _l
from app.sdk.menu import MenuItem
from app.web.desk_builder import DeskBuilder
from app.web.interface import Interface
from app.web.menu import DeskMenu
from app.web.record_view import RecordView

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def view(name, **values):
    given = {"datamodel": Interface(Incident), "service": incident_service, "route_base": "/incident/others",
             "class_permission_name": "incident", "search_columns": ["number"], "list_columns": ["number"]}
    return type(name, (RecordView,), {**given, **values})


class TestDuplicates:
    @pytest.fixture
    def builder(self, context):
        made = DeskBuilder()
        made.instances = dict.fromkeys(current_app.appbuilder.instances)
        return made

    def test_two_classes_of_one_name_are_refused(self, builder):
        with pytest.raises(ValueError, match="two views are called IncidentView"):
            builder._refuse_duplicates(view("IncidentView"))

    def test_two_views_of_one_route_are_refused(self, builder):
        with pytest.raises(ValueError, match="two views have the route /incident/incidents"):
            builder._refuse_duplicates(view("OtherView", route_base="/incident/incidents"))

    def test_another_is_taken(self, builder):
        builder._refuse_duplicates(view("OtherView"))


@pytest.mark.parametrize("lacking", ["route_base", "class_permission_name", "search_columns"])
def test_what_fab_would_guess_is_explicit(context, lacking):
    with pytest.raises(ValueError, match="are explicit"):
        view("OtherView", **{lacking: None})()


class TestMenu:
    def test_a_key_twice_is_refused(self, context):
        menu = DeskMenu()
        with pytest.raises(ValueError, match="declared twice"):
            menu.install([MenuItem("a", _l("A")), MenuItem("a", _l("B"))], {})

    def test_a_parent_that_is_not_there_is_refused(self, context):
        with pytest.raises(ValueError, match="has no parent"):
            DeskMenu().install([MenuItem("a", _l("A"), parent="nothing")], {})

    def test_every_entry_has_a_right_or_children(self, context):
        menu = current_app.appbuilder.menu

        def walk(entries):
            for entry in entries:
                if entry.name != "-":
                    yield entry
                    yield from walk(entry.childs)

        open_to_all = [entry.name for entry in walk(menu.menu) if entry.name not in menu.rights and not entry.childs]
        assert open_to_all == []


class TestTemplates:
    def test_those_of_addons_are_found(self, context, tmp_path):
        from app import _templates_and_words

        (tmp_path / "templates").mkdir()
        (tmp_path / "templates" / "of_an_addon.html").write_text("{{ 1 + 1 }}")
        unit = replace(current_registry().platform, name="other", folder=tmp_path)
        registry = SimpleNamespace(template_folders=[unit.folder / "templates"], translation_folders=[],
                                   folders=lambda _name: [])
        kept = current_app.jinja_loader
        try:
            _templates_and_words(current_app, registry)
            assert current_app.jinja_loader.load(current_app.jinja_env, "of_an_addon.html").render() == "2"
        finally:
            current_app.jinja_loader = kept

    def test_pages_are_made_from_ours(self, app):
        # FAB's are Bootstrap 3 and reach us only where one of ours asks for one that we have not shadowed.
        ours = Path(app.root_path).parent
        with app.test_request_context("/"):
            for view in app.appbuilder.baseviews:
                for name in ("list_template", "show_template", "add_template", "edit_template", "login_template"):
                    template = getattr(view, name, None)
                    if template and isinstance(view, RecordView):
                        _, path, _ = app.jinja_env.loader.get_source(app.jinja_env, template)
                        assert ours in Path(path).parents, template


    def test_all_of_fab_s_templates_are_shadowed_but_those_of_parts_we_do_not_use(self, app):
        theirs = Path(flask_appbuilder.__file__).parent / "templates"
        left = {str(path.relative_to(theirs)) for path in theirs.rglob("*.html")
                if not (ROOT / "app" / "templates" / path.relative_to(theirs)).exists()}
        # base.html is one line that extends the layout, which is ours.
        unused = {name for name in left if "chart" in name or "swagger" in name}
        assert left - unused <= {"appbuilder/base.html"}


class TestSurface:
    def test_no_page_of_fab_s_own_users_and_roles(self, app):
        rules = {rule.rule for rule in app.url_map.iter_rules()}
        own = ("/users/", "/roles/", "/permissions/", "/userstats", "/registeruser")
        assert not [rule for rule in rules if rule.startswith(own)]
        assert not [rule for rule in rules if rule.startswith("/static/appbuilder")]

    def test_the_user_table_has_no_page_or_resource_that_shows_passwords(self, app):
        for view in app.appbuilder.baseviews:
            model = getattr(getattr(view, "datamodel", None), "obj", None)
            shown = {*(getattr(view, "show_columns", None) or ()), *(getattr(view, "list_columns", None) or ()),
                     *(getattr(view, "search_columns", None) or ())}
            assert model is not User or "password" not in shown

    def test_the_original_managers_are_not_registered(self, app):
        names = {type(view).__name__ for view in app.appbuilder.baseviews}
        assert not names & {"MenuApi", "OpenApi", "SecurityApi", "UserDBModelView", "RoleModelView", "IndexView"}
