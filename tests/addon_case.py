"""What every addon is tested for, for six lines of its own:

    class TestProblemAddon(AddonCase):
        addon = "problem"

Manifest, dependencies, life cycles, rights, menus, tables, words, templates, migrations, refusals, costs of its lists.
A page's baseline of statements lies in the addon's tests/query_counts.json; UPDATE_QUERY_COUNTS=1 renews it.
"""

import ast
import inspect
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from flask import current_app
from flask.testing import FlaskClient

from app.addon_system import manifest, migrations, pictures
from app.addon_system.registry import current_registry
from app.db import Model, db, unit_of_work
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.workflow import Workflow
from app.web.record_api import RecordApi
from app.web.record_view import RecordView
from tests.architecture.sources import product_files

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = re.compile(r"^(?P<table>[a-z_]+)\.\w+$")


class AddonCase:
    """The generic suite; a subclass names its addon."""

    addon: str
    # States that end a life cycle and may be left all the same; a subclass names its own.
    left_finals: frozenset[str] = frozenset()

    @property
    def folder(self) -> Path:
        """Where the addon lies: above the tests that say so."""
        return Path(inspect.getfile(type(self))).resolve().parents[1]

    @property
    def package(self) -> str:
        return f"addons.{self.addon}"

    # What the files say -----------------------------------------------------------------------------------------------

    def test_its_manifest_is_read_without_running_it(self) -> None:
        found = manifest.read(self.folder)
        assert found.name == self.addon
        assert str(found.label)
        assert found.summary

    def test_every_data_file_is_in_the_manifest(self) -> None:
        listed = {*manifest.read(self.folder).data, *manifest.read(self.folder).demo}
        present = {str(path.relative_to(self.folder)) for part in ("data", "demo")
                   for path in (self.folder / part).rglob("*.*")}
        assert present == listed

    def test_its_pictures_are_light_and_there_in_both_languages(self) -> None:
        folder = self.folder / pictures.FOLDER
        present = {path.name for path in folder.glob("*")}
        assert present == {f"{stem}.{language}.webp" for stem in pictures.captions(self.folder)
                           for language in pictures.LANGUAGES}
        assert [name for name in present if (folder / name).stat().st_size > pictures.MOST_BYTES] == []

    def test_its_data_has_both_languages_and_ids_of_its_own(self) -> None:
        wrong = []
        for record in self._records():
            if not record["id"].startswith(f"{self.addon}."):
                wrong.append(f"{record['id']} is not of this addon")
            for name, value in record.items():
                is_text = isinstance(value, dict) and bool(value.keys() & {"en", "zh"})
                if is_text and not (value.get("en") and value.get("zh")):
                    wrong.append(f"{record['id']}.{name} lacks a language")
        assert wrong == []

    def test_it_depends_on_exactly_what_it_uses(self) -> None:
        depends = set(manifest.read(self.folder).depends)
        used = {name for name in self._imported() | self._referred() if name != self.addon}
        assert used == depends

    def test_importing_it_does_nothing(self) -> None:
        text = (self.folder / "__init__.py").read_text(encoding="utf-8")
        assert all(isinstance(node, ast.Expr) for node in ast.parse(text).body)

    def test_its_templates_parse(self, app: Any) -> None:
        for path in (self.folder / "templates").rglob("*.html"):
            app.jinja_env.parse(path.read_text(encoding="utf-8"), filename=str(path))

    def test_its_words_are_all_translated(self) -> None:
        from tools import translations

        name = f"addons/{self.addon}/"
        assert [fault for fault in translations.faults() if fault.startswith(name)] == []

    # What it declares -------------------------------------------------------------------------------------------------

    def test_it_loads(self, context: Any) -> None:
        assert self.addon in current_registry().addons
        assert self.addon not in current_registry().faults

    def test_each_state_is_reached_and_only_final_ones_end(self, context: Any) -> None:
        for workflow in self._workflows():
            reached = {workflow.initial}
            while more := {step.target for step in workflow.transitions if step.sources & reached} - reached:
                reached |= more
            assert reached == {state.code for state in workflow.states}, workflow.name
            for state in workflow.states:
                goes_on = bool(workflow.steps(state.code))
                assert goes_on != (state.is_final and state.code not in self.left_finals), state.code
                assert str(state.label)

    def test_each_step_has_a_label_and_a_declared_right(self, context: Any) -> None:
        declared = set(current_registry().permissions)
        for workflow in self._workflows():
            for step in workflow.transitions:
                assert str(step.label)
                assert str(step.permission) in declared, step.action

    def test_each_right_has_a_label_and_is_asked_for(self, context: Any) -> None:
        # By its addon, or by the one below that asks for every type's rights by name.
        files = {*product_files(), *self._sources()}
        code = "\n".join(path.read_text(encoding="utf-8") for path in files if path.name != "permissions.py")
        unused = []
        for key, right in current_registry().permissions.items():
            if current_registry().owners[key] != self.addon:
                continue
            assert str(right.label), key
            constant = f"{right.resource}_{right.action}".upper()
            if constant not in code and f'"{key}"' not in code and f".{right.action}" not in code:
                unused.append(key)
        assert unused == []

    def test_each_entry_of_its_menu_has_a_view_or_children_and_a_right(self, context: Any) -> None:
        items = current_registry().menu
        for item in items:
            if getattr(item.view, "__module__", "").startswith(f"{self.package}."):
                assert item.permission is not None, item.key
                assert item.parent is None or any(other.key == item.parent for other in items), item.key

    def test_its_pages_name_their_columns_and_rights(self, context: Any) -> None:
        for view in self._pages():
            assert view.search_columns
            assert view.class_permission_name in {right.resource for right in current_registry().permissions.values()}
            columns = {*view.list_columns, *view.show_columns, *view.search_columns, *view.add_columns,
                       *view.edit_columns}
            known = set(view.datamodel.get_columns_list()) | set(view.datamodel.list_properties)
            assert {name for name in columns if name.split(".")[0] not in known
                    and not hasattr(view.datamodel.obj, name.split(".")[0])} == set()
            if isinstance(view, RecordView):
                assert view.route_base.startswith(f"/{self.addon}/")

    # What it stores ---------------------------------------------------------------------------------------------------

    def test_each_foreign_key_is_indexed_and_says_what_follows(self, context: Any) -> None:
        wrong = []
        for table in self._tables():
            groups = [*table.indexes, *(item for item in table.constraints if hasattr(item, "columns"))]
            leading = {next(iter(group.columns)).name for group in groups if len(group.columns)
                       and type(group).__name__ != "ForeignKeyConstraint"}
            for key in table.foreign_keys:
                if key.parent.name not in leading and not key.parent.unique:
                    wrong.append(f"{table.name}.{key.parent.name} has no index")
                if key.ondelete is None:
                    wrong.append(f"{table.name}.{key.parent.name} does not say what follows")
        assert wrong == []

    def test_its_tables_are_made_by_one_line_of_migrations(self, context: Any) -> None:
        unit = current_registry().addons[self.addon]
        assert len(migrations.heads(unit)) <= 1
        assert migrations.check(db.engine, unit) == []

    # What it shows ----------------------------------------------------------------------------------------------------

    def test_each_of_its_pages_refuses_a_visitor(self, client: FlaskClient, cast: Any) -> None:
        let_in = []
        for view in self._pages_of(client.application):
            base = view.route_base
            for path in ("/list/", "/show/1", "/add", "/edit/1") if isinstance(view, RecordView) else ("/", "/1"):
                answer = client.get(f"{base}{path}")
                # A page whose rows are only read has no form.
                if answer.status_code not in (302, 401, 404):
                    let_in.append((base + path, answer.status_code))
        assert let_in == []

    def make_records(self) -> None:
        """Make some of the addon's records, for the lists; a subclass fills this in."""

    def test_each_of_its_lists_costs_what_it_did(self, app: Any, cast: Any, logged_in: Any, statements: Any) -> None:
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            self.make_records()
        client = logged_in(cast.admin)
        measured = {}
        for view in self._pages_of(client.application):
            if isinstance(view, RecordView):
                address = f"{view.route_base}/list/"
                assert client.get(address).status_code == 200
                with statements() as sent:
                    client.get(address)
                measured[address] = len(sent)
        path = self.folder / "tests" / "query_counts.json"
        if os.environ.get("UPDATE_QUERY_COUNTS"):
            path.write_text(json.dumps(measured, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        assert measured == kept, "statements a list; is the change meant, run again with UPDATE_QUERY_COUNTS=1"
        assert all(count <= 12 for count in measured.values())

    # Helpers ----------------------------------------------------------------------------------------------------------

    def _records(self) -> Iterator[dict[str, Any]]:
        for name in manifest.read(self.folder).data:
            yield from (yaml.safe_load((self.folder / name).read_text(encoding="utf-8")) or {}).get("records", [])

    def _sources(self) -> list[Path]:
        return [path for path in sorted(self.folder.rglob("*.py")) if "tests" not in path.parts]

    def _imported(self) -> set[str]:
        found = set()
        for path in self._sources():
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else (
                    [alias.name for alias in node.names] if isinstance(node, ast.Import) else [])
                found |= {name.split(".")[1] for name in names if name.startswith("addons.")}
        return found

    def _referred(self) -> set[str]:
        # What imports cannot show: foreign keys and external ids, by the owner of what they name.
        owners = _table_owners()
        keys = {key.target_fullname.split(".")[0] for table in self._tables() for key in table.foreign_keys}
        ids = {str(value).split(".")[0] for record in self._records() for name, value in record.items()
               if isinstance(value, str) and name not in ("id", "code") and REFERENCE.match(value)}
        known, _faults = manifest.discover([ROOT / "addons", self.folder.parent])
        return {owners[name] for name in keys if owners.get(name)} | (ids & known.keys())

    def _tables(self) -> list[Any]:
        return [table for name, table in Model.metadata.tables.items() if _table_owners().get(name) == self.addon]

    def _workflows(self) -> list[Workflow]:
        found = {id(view.workflow): view.workflow for view in self._pages() if view.workflow is not None}
        return list(found.values())

    def _pages(self) -> list[Any]:
        return self._pages_of(current_app)

    def _pages_of(self, app: Any) -> list[Any]:
        return [view for view in app.appbuilder.baseviews if isinstance(view, RecordView | RecordApi)
                and type(view).__module__.startswith(f"{self.package}.")]


def _table_owners() -> dict[str, str]:
    found = {}
    for mapper in Model.registry.mappers:
        parts = mapper.class_.__module__.split(".")
        if parts[0] == "addons" and mapper.local_table is not None:
            found[mapper.local_table.name] = parts[1]
    return found
