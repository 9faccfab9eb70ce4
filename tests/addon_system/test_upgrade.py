"""Newer and broken versions of an addon: expand, raise, wait, contract; a fault keeps the rest of the desk running."""

import shutil

import pytest
from sqlalchemy import inspect

from app.addon_system import generation, lifecycle
from app.addon_system.install import needs_work, prepare_database
from app.db import db
from app.sdk.errors import Conflict
from tests.addon_system.conftest import SAMPLES

EXPAND = '''
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on, phase = "sample_0002", "sample_0001", None, None, "expand"


def upgrade():
    op.add_column("sample_notebook", sa.Column("colour", sa.String(20), nullable=True))


def downgrade():
    op.drop_column("sample_notebook", "colour")
'''
CONTRACT = '''
from alembic import op

revision, down_revision, branch_labels, depends_on, phase = "sample_0003", "sample_0002", None, None, "contract"


def upgrade():
    with op.batch_alter_table("sample_notebook") as batch:
        batch.drop_column("read_at")


def downgrade():
    raise NotImplementedError
'''

# What does not change a table in a way of its own is told on one of the databases: each case starts processes.
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


@pytest.fixture
def sample(desk, tmp_path):
    """The sample's folder, a copy that may be changed; the sample is installed."""
    folder = tmp_path / "addons" / "sample"
    shutil.copytree(SAMPLES / "sample", folder)
    desk.app.config["ADDON_PATHS"] = str(folder.parent)
    lifecycle.install("sample")
    return folder


def change(path, old, new):
    content = path.read_text()
    assert old in content
    path.write_text(content.replace(old, new))


def release(folder):
    change(folder / "__manifest__.py", "1.0.0", "1.1.0")
    (folder / "migrations" / "sample_0002_colour.py").write_text(EXPAND)
    (folder / "migrations" / "sample_0003_drop.py").write_text(CONTRACT)


def columns():
    return {column["name"] for column in inspect(db.engine).get_columns("sample_notebook")} & {"colour", "read_at"}


def row_of(desk):
    return desk.rows("SELECT version, revision, state FROM addon WHERE name = 'sample'")


def test_a_newer_version_is_brought_in(desk, sample):
    release(sample)
    plan = lifecycle.upgrade("sample")
    assert plan.order == ["sample"]
    assert row_of(desk) == [("1.1.0", "sample_0003", "enabled")]
    assert columns() == {"colour"}
    assert not needs_work(desk.app)


def test_what_old_processes_need_is_taken_away_once_they_are_gone(desk, sample):
    release(sample)
    old = generation.register("web", generation.current())
    desk.app.config["ADDON_WAIT"] = 1
    with pytest.raises(Conflict, match="old code"):
        lifecycle.upgrade("sample")
    assert columns() == {"colour", "read_at"}
    assert row_of(desk) == [("1.1.0", "sample_0002", "enabled")]
    generation.unregister(old)
    assert needs_work(desk.app)
    prepare_database(desk.app)
    assert columns() == {"colour"}
    assert row_of(desk) == [("1.1.0", "sample_0003", "enabled")]


@ON_POSTGRESQL
def test_a_start_with_newer_files_upgrades_by_itself(desk, sample):
    release(sample)
    assert needs_work(desk.app)
    prepare_database(desk.app)
    assert row_of(desk) == [("1.1.0", "sample_0003", "enabled")]


@ON_SQLITE
def test_an_older_version_is_refused(desk, sample):
    desk.run("UPDATE addon SET version = '2.0.0' WHERE name = 'sample'")
    with pytest.raises(Conflict, match=r"2\.0\.0"):
        lifecycle.upgrade("sample")


@ON_POSTGRESQL
def test_an_addon_that_breaks_is_faulty_and_comes_back_when_mended(desk, sample):
    before = desk.states()
    change(sample / "views" / "__init__.py", "VIEWS = [NotebookView]", "VIEWS = [NotebookVew]")
    prepare_database(desk.app)
    assert desk.states() == {**before, "sample": "faulty"}
    [(fault,)] = desk.rows("SELECT fault FROM addon WHERE name = 'sample'")
    assert "NotebookVew" in fault
    assert not needs_work(desk.app)
    change(sample / "views" / "__init__.py", "NotebookVew", "NotebookView")
    prepare_database(desk.app)
    assert desk.states()["sample"] == "enabled"


@ON_SQLITE
def test_a_broken_addon_can_be_uninstalled_and_its_data_are_archived(desk, sample):
    change(sample / "models" / "notebook.py", "class Notebook(Record", "raise OSError\n\n\nclass Notebook(Record")
    prepare_database(desk.app)
    assert desk.states()["sample"] == "faulty"
    lifecycle.uninstall("sample")
    assert desk.states()["sample"] == "uninstalled"
    assert not {name for name in desk.tables() if name.startswith("sample")}


@ON_SQLITE
def test_a_broken_addon_is_not_installed(desk, tmp_path):
    folder = tmp_path / "addons" / "sample"
    shutil.copytree(SAMPLES / "sample", folder)
    desk.app.config["ADDON_PATHS"] = str(folder.parent)
    change(folder / "api.py", "APIS = [NotebookApi]", "APIS = [NotebokApi]")
    tables = desk.tables()
    with pytest.raises(Conflict, match="NotebokApi"):
        lifecycle.install("sample")
    assert desk.tables() == tables
    assert "sample" not in desk.states()
