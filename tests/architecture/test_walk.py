"""Every registered page, resource, route, right and menu entry, walked: none goes round Flask-AppBuilder's rights."""

import re

import pytest
from flask import current_app
from flask_appbuilder.api import BaseApi, ModelRestApi
from flask_appbuilder.baseviews import BaseCRUDView, BaseView
from sqlalchemy import select

from app.addon_system.registry import current_registry
from app.sdk.permissions import Permission, key_of
from app.security.fab_tables import PermissionView
from app.web.interface import Interface
from app.web.plain_api import PlainApi
from app.web.record_api import RecordApi
from app.web.record_view import RecordView

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
# What a visitor may reach without a log-in, and why.
PUBLIC = {
    "/": "redirects to the log-in", "/login/": "the log-in",
    "/login/oidc": "the log-in at a provider", "/login/oidc/callback": "the way back from there",
    "/logout/": "ends a session",
    "/lang/<string:locale>": "a choice",
    "/setup": "open only while there is nobody", "/setup/": "open only while there is nobody",
    "/healthz": "says that the process runs", "/readyz": "says that the database answers",
    "/static/<path:filename>": "files of the look", "/static/<path:path>": "files of the look",
    "/static/addon/<name>/<path:filename>": "files of an addon's look",
}
# Views that are no records: what they are for.
PLAIN_VIEWS = {
    "HomeView": "the start page", "LanguageView": "a choice of language", "DeskAuthView": "the log-in",
    "SetupView": "the first visit", "ProfileView": "one's own language and password",
    "TokenView": "one's own keys for programs", "OwnSessionView": "where one is logged in",
    "OwnFactorView": "one's own second factor", "LogInStepsView": "steps between the password and the session",
    "NoticeView": "one's own notices", "LinkView": "the link is the right, no log-in is needed",
    "ApiDocsView": "whoever is logged in; it tells only of what its reader may read",
    "SavedFilterView": "one's own filters of lists; sharing with everybody asks for its right",
    "ViewAsView": "beginning asks for user.view_as, ending is one's own",
    "TrainingView": "counted incidents; asks for its own right",
    "AnonymisingView": "removing somebody's data; asks for its own right of people",
    "LeavingView": "what a leaver holds, of every kind; asks for its own right of people",
    "MergeView": "each kind of record asks for its own right to merge",
    "SavedFilterApi": "one's own filters of lists; each list asks for its right to read",
    "NoticeApi": "one's own notices",
    "SearchApi": "whoever is logged in; each kind asks for its own right",
    "SearchView": "whoever is logged in; each kind asks for its own right",
    "PaletteView": "whoever is logged in; each of its lines asks for its own right",
}
VALUES = {"pk": "1", "action": "resolve", "field": "caller", "attachment_id": "1", "locale": "en", "name": "ticket",
          "filename": "x", "path": "x", "panel": "audit"}


def rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def address_of(rule, pk=1):
    values = {**VALUES, "pk": str(pk)}
    return re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda found: values.get(found[1], "1"), rule.rule)


def test_every_route_refuses_a_visitor(client, cast, app):
    let_in = []
    for rule in rules(app):
        if rule.rule in PUBLIC:
            continue
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            app.config["WTF_CSRF_ENABLED"] = False
            try:
                body = {} if rule.rule.startswith("/api/") else None
                answer = client.open(address_of(rule), method=method, json=body)
            finally:
                app.config["WTF_CSRF_ENABLED"] = True
            to_login = answer.status_code in (301, 302, 308) and "/login" in answer.headers.get("Location", "")
            if not to_login and answer.status_code not in (400, 401, 403, 404, 405):
                let_in.append((method, rule.rule, answer.status_code))
    assert let_in == []


def view_of(app, rule):
    name = rule.endpoint.rsplit(".", 1)[0]
    return next((view for view in app.appbuilder.baseviews if view.endpoint == name), None)


class TestViews:
    def views(self):
        return [view for view in current_app.appbuilder.baseviews if isinstance(view, BaseView)]

    def test_every_page_of_rows_is_a_record_view_with_a_service(self, context):
        wrong = [type(view).__name__ for view in self.views() if isinstance(view, BaseCRUDView)
                 and not (isinstance(view, RecordView) and isinstance(view.datamodel, Interface))]
        assert wrong == []

    def test_every_resource_is_a_record_api_with_a_service(self, context):
        wrong = [type(api).__name__ for api in current_app.appbuilder.baseviews
                 if isinstance(api, ModelRestApi) and not isinstance(api, RecordApi)]
        assert wrong == []
        wrong = [type(api).__name__ for api in current_app.appbuilder.baseviews
                 if isinstance(api, BaseApi) and not isinstance(api, RecordApi | PlainApi)]
        assert wrong == []

    def test_what_is_written_goes_to_a_service(self, context):
        wrong = []
        for view in current_app.appbuilder.baseviews:
            if isinstance(view, RecordView | RecordApi):
                writes = {"add", "edit", "delete", "post", "put"} & set(dir(view))
                if writes - set(view.exclude_route_methods or ()) and view.service is None:
                    wrong.append(type(view).__name__)
        assert wrong == []

    def test_every_method_with_a_route_asks_for_a_declared_right(self, context):
        declared = set(current_registry().permissions)
        wrong = []
        for view in current_app.appbuilder.baseviews:
            if type(view).__name__ in PLAIN_VIEWS or not view.class_permission_name:
                continue
            for name in dir(type(view)):
                method = getattr(view, name, None)
                if not hasattr(method, "_urls") or name in (view.exclude_route_methods or ()):
                    continue
                if not hasattr(method, "_permission_name"):
                    wrong.append(f"{type(view).__name__}.{name} asks for nothing")
                    continue
                right = f"{view.class_permission_name}.{view.get_method_permission(method._permission_name)}"
                if right not in declared:
                    wrong.append(f"{type(view).__name__}.{name} asks for {right}")
        assert wrong == []

    def test_only_known_pages_are_no_records(self, context):
        plain = {type(view).__name__ for view in self.views() if not isinstance(view, RecordView)}
        asks = {type(view).__name__ for view in self.views() if view.class_permission_name in
                {permission.resource for permission in current_registry().permissions.values()}}
        assert plain - asks - set(PLAIN_VIEWS) == set()

    def test_search_columns_are_explicit_and_relations_are_remote(self, context):
        from app.web.fields import RemoteSelectField

        for view in self.views():
            if isinstance(view, RecordView):
                assert view.search_columns, type(view).__name__
                for form in (view.add_form, view.edit_form, view.search_form):
                    for name, field in vars(form).items():
                        if name in view.datamodel.list_properties and view.datamodel.is_relation(name):
                            assert issubclass(field.field_class, RemoteSelectField), (type(view).__name__, name)


class TestRights:
    def test_are_declared_once_and_named_for_the_business(self, context):
        keys = list(current_registry().permissions)
        assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", key) for key in keys)
        assert len(keys) == len(set(keys))

    def test_have_a_label(self, context):
        assert [key for key, right in current_registry().permissions.items() if not str(right.label)] == []

    def test_the_stored_ones_are_exactly_the_declared_ones(self, unit):
        stored = {key_of(pair.permission.name, pair.view_menu.name)
                  for pair in unit.execute(select(PermissionView)).scalars()}
        assert stored == set(current_registry().permissions)

    def test_every_right_is_held_by_a_shipped_role(self, unit):
        from app.security.fab_tables import Role

        held = {key_of(pair.permission.name, pair.view_menu.name)
                for role in unit.execute(select(Role)).scalars() for pair in role.permissions}
        assert set(current_registry().permissions) <= held

    def test_every_right_that_a_life_cycle_asks_for_is_declared(self, context):
        declared = set(current_registry().permissions)
        for view in current_app.appbuilder.baseviews:
            for step in getattr(getattr(view, "workflow", None), "transitions", ()):
                assert str(step.permission) in declared

    def test_every_declared_right_is_asked_for_somewhere(self, context):
        from tests.architecture.sources import product_files

        code = "\n".join(path.read_text(encoding="utf-8") for path in product_files() if path.name != "permissions.py")
        unused = []
        for key, right in current_registry().permissions.items():
            assert isinstance(right, Permission)
            constant = f"{right.resource}_{right.action}".upper()
            generic = right.action in {"read", "write"} and f'class_permission_name = "{right.resource}"' in code
            if constant not in code and f'"{key}"' not in code and f".{right.action}" not in code and not generic:
                unused.append(key)
        assert unused == []
