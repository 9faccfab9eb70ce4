from pathlib import Path

import pytest

from app.addon_system import graph, manifest
from app.addon_system.manifest import WrongManifest, discover, read

RIGHT = {"name": "shelf", "label": "Shelves", "version": "1.0.0", "depends": []}


def write(folder: Path, content: object, name: str = "shelf") -> Path:
    made = folder / name
    made.mkdir(parents=True, exist_ok=True)
    (made / manifest.FILE).write_text(content if isinstance(content, str) else repr(content))
    return made


def test_is_read_without_running_the_addon(tmp_path):
    folder = write(tmp_path, RIGHT)
    (folder / "__init__.py").write_text("raise SystemExit('imported')")
    assert read(folder).label == "Shelves"


@pytest.mark.parametrize(("wrong", "why"), [
    ("import os", "no literal"), ("[]", "no dictionary"), ({**RIGHT, "name": "other"}, "that of the folder"),
    ({**RIGHT, "version": "1"}, "1.2.3"), ({**RIGHT, "colour": "red"}, "colour"),
    ({**RIGHT, "data": ["data/none.yaml"]}, "no data file"), ({**RIGHT, "data": ["../secret.yaml"]}, "no data file"),
    ({key: RIGHT[key] for key in ("name", "label")}, "missing"), ({**RIGHT, 1: 2}, "unknown keys"),
    ({**RIGHT, "depends": "ticket"}, "depends must be a list of texts"), ({**RIGHT, "depends": [None]}, "depends must"),
    ({**RIGHT, "sequence": "high"}, "a whole number"), ({**RIGHT, "sequence": True}, "a whole number"),
    ({**RIGHT, "label": 5}, "a text"), ({**RIGHT, "category": None}, "a text"),
    ({**RIGHT, "auto_install": "yes"}, "True or False"), ({**RIGHT, "conflicts": 5}, "conflicts must be"),
    ({**RIGHT, "data": 5}, "data must be"),
])
def test_a_wrong_one_says_why(tmp_path, wrong, why):
    with pytest.raises(WrongManifest, match=why):
        read(write(tmp_path, wrong))


def test_a_wrong_one_is_listed_and_stops_nobody(tmp_path):
    write(tmp_path, RIGHT)
    write(tmp_path, "{", "broken")
    found, faults = discover([tmp_path, tmp_path / "not there"])
    assert set(found) == {"shelf"}
    assert set(faults) == {"broken"}


def units(tmp_path, **depends):
    for name, needed in depends.items():
        write(tmp_path, {**RIGHT, "name": name, "depends": needed}, name)
    return discover([tmp_path])[0]


class TestOrder:
    def test_what_is_needed_comes_first(self, tmp_path):
        ordered, left_out = graph.order(units(tmp_path, wood=[], nail=[], shelf=["wood", "nail"], book=["shelf"]))
        names = [item.name for item in ordered]
        assert names.index("shelf") > max(names.index("wood"), names.index("nail"))
        assert names[-1] == "book"
        assert left_out == {}

    def test_a_missing_need_leaves_out_all_that_stands_on_it(self, tmp_path):
        ordered, left_out = graph.order(units(tmp_path, wood=[], shelf=["iron"], book=["shelf"]))
        assert [item.name for item in ordered] == ["wood"]
        assert set(left_out) == {"shelf", "book"}
        assert "iron" in left_out["shelf"]

    def test_a_loop_leaves_out_the_loop_only(self, tmp_path):
        ordered, left_out = graph.order(units(tmp_path, wood=[], hen=["egg"], egg=["hen"]))
        assert [item.name for item in ordered] == ["wood"]
        assert set(left_out) == {"hen", "egg"}

    def test_a_loop_is_followed_once(self, tmp_path):
        found = units(tmp_path, hen=["egg"], egg=["hen"], nest=["hen"], self=["self"])
        assert graph.dependents("hen", found.values()) == ["egg", "nest"]
        assert graph.dependents("self", found.values()) == []

    def test_removal_begins_with_the_furthest(self, tmp_path):
        found = units(tmp_path, wood=[], shelf=["wood"], book=["shelf"])
        assert graph.dependents("wood", found.values()) == ["book", "shelf"]
        assert graph.requirements("book", found) == ["wood", "shelf", "book"]
