"""What `python run.py addon new` writes works, is tested and speaks both languages; what it refuses leaves no trace."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

# As long as a name may be, and called otherwise than its label.
NAME, LABEL, PLURAL = "visit_of_a_far_away_site", "Visit of a distant place 1", "Visits of distant places 1"


def run(*arguments: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATA_DIR": str(folder / "data"), "ADDON_PATHS": str(folder / "addons"), **more}
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True,
                          timeout=200, check=False)


@pytest.mark.timeout(240)
def test_what_it_writes_passes_what_every_addon_is_tested_for(tmp_path):
    made = run("run.py", "addon", "new", NAME, "--label", LABEL, "--plural", PLURAL, "--zh", "走访", "--folder",
               str(tmp_path / "addons"), folder=tmp_path)
    assert made.returncode == 0, made.stderr
    place = tmp_path / "addons" / NAME
    # The linter sees it where an addon of the desk would lie.
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in ("app", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    linted = run("-m", "ruff", "check", "--no-cache", str(place), folder=tmp_path)
    assert linted.returncode == 0, linted.stdout
    tested = run("-m", "pytest", "-q", "-c", "pyproject.toml", "--rootdir", ".", "-p", "conftest",
                 "-p", "no:cacheprovider", "-k", "not postgresql", str(place), folder=tmp_path)
    assert tested.returncode == 0, tested.stdout[-5000:]
    assert " passed" in tested.stdout


@pytest.mark.parametrize(("name", "label", "why"), [
    ("Visit", LABEL, "is no name"), ("visit-site", LABEL, "is no name"), ("v", LABEL, "is no name"),
    ("../visit", LABEL, "is no name"), ("v" * 25, LABEL, "is no name"), ("visit_", LABEL, "is no name"),
    ("class", LABEL, "means something in Python"), ("list", LABEL, "means something in Python"),
    ("person", LABEL, "the desk has"), ("incident", LABEL, "the desk has"), ("audit", LABEL, "the desk has"),
    ("visit", 'A "visit"', "is no label"), ("visit", " ", "is no label"),
])
def test_what_it_refuses_leaves_no_trace(tmp_path, capsys, name, label, why):
    assert command(tmp_path, name, label) == 1
    assert why in capsys.readouterr().out
    assert not (tmp_path / "addons").exists()


def test_what_is_there_is_left_alone(tmp_path, capsys):
    kept = tmp_path / "addons" / "visit" / "kept.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("mine", encoding="utf-8")
    assert command(tmp_path, "visit", LABEL) == 1
    assert "is there already" in capsys.readouterr().out
    assert list(kept.parent.rglob("*")) == [kept]


def command(folder: Path, name: str, label: str) -> int:
    from app.command_line import run as typed

    return typed(["addon", "new", name, "--label", label, "--zh", "走访", "--folder", str(folder / "addons")])
