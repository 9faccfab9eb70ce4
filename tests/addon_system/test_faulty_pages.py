"""An addon whose pages do not fit is faulty, and the desk runs on; one that cannot be undone stops nobody else."""

import json
import shutil
import subprocess
import sys
from typing import Any

import pytest

from app.addon_system import hand, lifecycle
from app.sdk.errors import Conflict
from tests.addon_system.conftest import SAMPLES
from tests.addon_system.test_upgrade import change

START = """
import json
from app import create_app
app = create_app()
found = app.extensions["desk_registry"]
client = app.test_client()
print(json.dumps({"addons": sorted(found.addons), "faults": {name: why.splitlines()[-1] for name, why in
      found.faults.items()}, "login": client.get("/login/").status_code < 400,
      "rules": [rule.rule for rule in app.url_map.iter_rules()]}))
"""


@pytest.fixture
def folder(desk, tmp_path):
    """Copies of the samples that may be changed; the database says that they are in use."""
    made = tmp_path / "addons"
    for name in ("sample", "incident_sample"):
        shutil.copytree(SAMPLES / name, made / name)
        desk.run(f"INSERT INTO addon (name, version, state, changed_at, changed_by) VALUES ('{name}', '1.0.0', "
                 "'enabled', '2026-01-05 08:00:00', 'Li')")
    desk.app.config["ADDON_PATHS"] = str(made)
    return made


def started(desk) -> dict[str, Any]:
    """Return what a process serves that starts now: in a process of its own, for this one knows no samples."""
    done = subprocess.run([sys.executable, "-c", START], cwd=hand.ROOT, env=hand.environment(desk.app),
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("file", "old", "new", "why"), [
    ("sample/views/__init__.py", '"/sample/notebooks"', '"/incident/incidents"', "two views have the route"),
    ("incident_sample/views.py", "", 'from app.web.extensions import ViewExtension\n'
     'EXTENSIONS = [ViewExtension("NoSuchView")]\n', "no page NoSuchView to extend"),
    ("incident_sample/views.py", "", 'from app.web.extensions import ViewExtension\n'
     'EXTENSIONS = [ViewExtension("NotebookView", labels={"code": "Code"}), '
     'ViewExtension("IncidentView", panels=[None], list_columns=[5])]\n', ""),
])
def test_the_desk_starts_without_what_does_not_fit(desk, folder, file, old, new, why):
    path = folder / file
    if old:
        change(path, old, new)
    else:
        path.write_text(new)
    found, wrong = started(desk), file.split("/")[0]
    assert why in found["faults"][wrong]
    assert {"ticket", "incident"} <= set(found["addons"])
    assert wrong not in found["addons"]
    assert found["login"]
    assert "/incident/incidents/list/" in found["rules"]
    assert ("/sample/notebooks/list/" in found["rules"]) == (wrong != "sample")


def test_what_cannot_be_undone_is_told_and_stops_no_other_action(desk, tmp_path):
    made = tmp_path / "addons"
    shutil.copytree(SAMPLES / "sample", made / "sample")
    desk.app.config["ADDON_PATHS"] = str(made)
    [data] = (made / "sample" / "data").glob("roles.yaml")
    change(data, "model: role", "model: rule")
    script = made / "sample" / "migrations" / "sample_0001_create.py"
    change(script, "def downgrade() -> None:\n", "def downgrade() -> None:\n    raise OSError('no way back')\n")
    with pytest.raises(Conflict, match="no way back"):
        lifecycle.install("sample")
    # Killed before it was undone: what settles it fails as well.
    desk.run("UPDATE addon_journal SET state = 'running', step = 1")
    change(data, "model: rule", "model: role")
    assert lifecycle.install("sample").order == ["sample"]
    rows = desk.rows("SELECT state, error FROM addon_journal ORDER BY id")
    assert [row[0] for row in rows] == ["failed", "done"]
    assert "no way back" in rows[0][1]
    assert desk.states()["sample"] == "enabled"
